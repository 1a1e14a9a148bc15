namespace EndToEnd.Tests;

/// <summary>Command lines that cannot be understood: told in one sentence, with an exit code that means nothing else, and nothing is run.</summary>
public class CommandLineTests
{
    [Theory]
    [InlineData("--budget is a number of US dollars", "--budget", "abc")]
    [InlineData("--budget is a number of US dollars", "--budget", "-1")]
    [InlineData("--budget is a number of US dollars", "--budget", "1,50")]
    [InlineData("--budget is a number of US dollars", "--budget", "99999999999999999999999999999999")]
    [InlineData("--budget is a number of US dollars", "--budget", "NaN")]
    [InlineData("--budget", "--budget")]
    [InlineData("--budget", "--budget", "1", "--budget", "2")]
    [InlineData("--seed is a whole number", "--seed", "1.5")]
    [InlineData("--seed is a whole number", "--seed", "abc")]
    [InlineData("--crash-after is a whole number from 1", "--crash-after", "0")]
    [InlineData("--crash-after is a whole number from 1", "--crash-after", "many")]
    [InlineData("--fail-tool is NAME:RATE", "--fail-tool", "check_lgpd:often")]
    [InlineData("--zip: there is no file", "--zip", "nowhere.zip")]
    [InlineData("--no-such-option", "--no-such-option")]
    public async Task The_audit_says_which_option_is_wrong_and_ends_with_2(string problem, params string[] arguments)
    {
        using var folder = new TempFolder();

        var end = (await AuditProcess.RunAsync(["--data", folder.Path, .. arguments])).Expect(exitCode: 2);

        Assert.Contains(problem, end.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", end.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("--no-such-option", "audit.jsonl", "--no-such-option")]
    [InlineData("--key", "audit.jsonl", "--key")]
    [InlineData("argument")]
    public async Task The_replay_ends_with_3_which_is_neither_a_divergence_nor_an_unusable_file(string problem, params string[] arguments)
    {
        var end = (await AuditProcess.CommandAsync(["AgentFunctions.Replay.dll", .. arguments])).Expect(exitCode: 3);

        Assert.Contains(problem, end.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_unusable_one() =>
        (await AuditProcess.CommandAsync("AgentFunctions.Replay.dll", "nowhere.jsonl")).Expect(exitCode: 2);
}
