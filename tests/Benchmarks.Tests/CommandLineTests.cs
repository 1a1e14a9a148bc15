namespace Benchmarks.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_lists_every_command()
    {
        var (code, output, _) = await Program.RunAsync("--help");

        Assert.Equal(0, code);
        Assert.All(["engine", "peers", "soak"], command => Assert.Contains($"  {command} ", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'engin' was not matched", "engin")]
    [InlineData("--round", "engine", "--round", "3")]
    [InlineData("--minutes must be more than 0, and not 0", "soak", "--minutes", "0")]
    [InlineData("--minutes", "soak", "--minutes", "long")]
    [InlineData("--at-once must be more than 0, and not -1", "soak", "--at-once", "-1")]
    [InlineData("--rounds must be more than 0, and not 0", "peers", "--rounds", "0")]
    [InlineData("--only takes W1, W2, W3, W4, W5, and not W6", "peers", "--only", "W6")]
    [InlineData("Required command was not provided")]
    public async Task What_cannot_be_understood_is_named_and_ends_with_2(string error, params string[] arguments)
    {
        var (code, output, errors) = await Program.RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Contains(error, output + errors, StringComparison.Ordinal);
    }
}
