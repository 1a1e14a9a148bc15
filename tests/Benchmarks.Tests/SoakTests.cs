using System.Text.Json;

namespace Benchmarks.Tests;

public sealed class SoakTests
{
    [Fact]
    public async Task A_soak_kills_the_host_and_finds_nothing_lost_nothing_doubled_and_nothing_wrong()
    {
        var (code, output, errors) = await Program.RunAsync("soak", "--minutes", "0.1", "--seed", "3", "--json");

        Assert.True(code == 0, output + errors);
        var result = JsonElement.Parse(output.TrimEnd().Split('\n')[^1]);
        Assert.NotEqual(0, result.GetProperty("kills").GetInt32());
        Assert.NotEqual(0, result.GetProperty("instances").GetInt32());
        Assert.Equal(result.GetProperty("instances").GetInt32(), result.GetProperty("completed").GetInt32());
        Assert.All(["lost", "doubled", "wrong"], each => Assert.Equal(0, result.GetProperty(each).GetInt32()));
        Assert.NotEqual(0, result.GetProperty("details").GetProperty("successesFoundStored").GetInt32());
    }
}
