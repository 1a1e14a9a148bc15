using LogisticsStorm.Dispatching;
using LogisticsStorm.Network;

namespace LogisticsStorm.Tests.EndToEnd;

/// <summary>A small storm, as a user plays it: a real host, killed in the middle.</summary>
public sealed class StormTests
{
    [Fact]
    public async Task A_storm_with_a_kill_in_the_middle_loses_nothing_and_sends_no_truck_twice()
    {
        using var folder = new TempFolder();
        var end = (await StormProcess.RunAsync(
            "--requests", "30", "--crash-after", "8", "--model-latency", "20", "--data", folder.Path, "--json")).Expect(0);

        var json = end.Json;
        Assert.All(json.GetProperty("checks").EnumerateArray(), check => Assert.True(check.GetProperty("holds").GetBoolean(), check.ToString()));
        Assert.Equal((30, 1, 0, 0), (end.Number("accepted"), end.Number("kills"), end.Number("lost"), end.Number("doubleDispatches")));
        Assert.Equal(30, end.Number("completed") + end.Number("failed") + end.Number("waiting"));
        Assert.Equal(["atlas", "boreas", "ceres"], json.GetProperty("tenants").EnumerateArray().Select(tenant => tenant.GetProperty("tenant").GetString()!));

        // Not only by the sample's own word.
        var lines = DispatchLedger.ReadLines(Path.Combine(folder.Path, json.GetProperty("stormId").GetString()!, "dispatches.jsonl"));
        Assert.Equal(end.Number("completed"), lines.Count);
        Assert.Empty(LedgerInvariants.Violations(lines, StormScenario.Generate(42, 30, TenantShare.Sample)));
    }

    [Theory]
    [InlineData("--requests", "0")]
    [InlineData("--requests", "many")]
    [InlineData("--crash-after", "-1")]
    [InlineData("--no-such-option", "1")]
    public async Task A_command_line_that_makes_no_sense_is_refused_and_starts_nothing(string option, string value)
    {
        using var folder = new TempFolder();
        (await StormProcess.RunAsync(option, value, "--data", folder.Path)).Expect(2);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
