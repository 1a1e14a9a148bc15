namespace EndToEnd.Tests;

/// <summary>The README's first command.</summary>
public sealed class MainJobTests
{
    [Fact]
    public async Task The_audit_of_the_bundled_contracts_completes_with_a_child_for_each_and_a_verified_audit_log()
    {
        using var folder = new TempFolder();

        var audit = (await AuditProcess.RunAsync("--json", "--data", folder.Path)).Expect(exitCode: 0);

        Assert.Equal("completed", audit.Text("status"));
        Assert.Equal((50, 50), (audit.Number("documents"), audit.Number("children")));
        Assert.True(audit.Json.GetProperty("auditVerified").GetBoolean());
        Assert.True(audit.Json.GetProperty("costUsd").GetDecimal() > 0);
        Assert.True(audit.Number("findings") > 0);
        Assert.Equal(0, audit.Number("replans"));
        Assert.Equal(0, audit.Number("stepsReplayed"));
        Assert.True(File.Exists(audit.Text("reportPath")));
    }

    [Fact]
    public async Task A_document_that_cannot_be_read_is_a_failed_one_in_the_report_and_the_others_go_on()
    {
        using var folder = new TempFolder();
        var zip = Contracts.First(3, folder);
        using (var archive = System.IO.Compression.ZipFile.Open(zip, System.IO.Compression.ZipArchiveMode.Update))
        {
            archive.CreateEntry("empty.txt");
        }

        var audit = (await AuditProcess.RunAsync("--json", "--data", folder.Path, "--zip", zip)).Expect(exitCode: 0);

        Assert.Equal((4, 4, 0), (audit.Number("documents"), audit.Number("children"), audit.Number("replans")));
        var report = await File.ReadAllTextAsync(audit.Text("reportMarkdownPath"), TestContext.Current.CancellationToken);
        Assert.Contains("empty.txt", report, StringComparison.Ordinal);
        Assert.Equal(3, Register.Documents(folder.Path).Count);
    }

    [Fact]
    public async Task A_tool_that_fails_makes_the_supervisor_replan_and_the_report_is_whole_all_the_same()
    {
        using var disturbed = new TempFolder();
        using var undisturbed = new TempFolder();
        var zip = Contracts.First(12, disturbed);

        var audit = (await AuditProcess.RunAsync("--json", "--data", disturbed.Path, "--zip", zip, "--fail-tool", "check_lgpd:0.3")).Expect(exitCode: 0);
        var plain = (await AuditProcess.RunAsync("--json", "--data", undisturbed.Path, "--zip", zip)).Expect(exitCode: 0);

        Assert.True(audit.Number("replans") > 0);
        Assert.True(audit.Number("children") > 12);
        Assert.Equal(await ReadAsync(plain, "reportPath"), await ReadAsync(audit, "reportPath"));
    }

    [Fact]
    public async Task A_budget_that_is_used_up_pauses_the_run_and_a_higher_one_finishes_it()
    {
        using var folder = new TempFolder();
        var zip = Contracts.First(20, folder);

        var paused = (await AuditProcess.RunAsync("--json", "--data", folder.Path, "--zip", zip, "--budget", "0.09")).Expect(exitCode: 3);
        var resumed = (await AuditProcess.RunAsync("--json", "--data", folder.Path, "--zip", zip, "--budget", "2")).Expect(exitCode: 0);

        Assert.Equal(("paused", "exhausted"), (paused.Text("status"), paused.Text("budgetState")));
        Assert.True(paused.Json.GetProperty("costUsd").GetDecimal() <= 0.09m);
        Assert.Equal(paused.Text("runId"), resumed.Text("runId"));
        Assert.Equal("completed", resumed.Text("status"));
        Assert.Equal(paused.Number("stepsExecuted"), resumed.Number("stepsReplayed"));
    }

    [Fact]
    public async Task A_crash_and_the_same_command_again_finish_the_same_run_without_doing_a_step_twice()
    {
        using var folder = new TempFolder();
        var zip = Contracts.First(8, folder);

        var crashed = await AuditProcess.RunAsync("--json", "--data", folder.Path, "--zip", zip, "--crash-after", "9");
        var resumed = (await AuditProcess.RunAsync("--json", "--data", folder.Path, "--zip", zip)).Expect(exitCode: 0);

        const int KilledBySignal9 = 128 + 9;
        crashed.Expect(KilledBySignal9);
        Assert.True(resumed.Number("stepsReplayed") >= 9);
        Assert.Equal(8, Register.Documents(folder.Path).Distinct().Count());
        Assert.Equal(8, Register.Documents(folder.Path).Count);
    }

    [Fact]
    public async Task A_damaged_ZIP_is_refused_with_the_problem_and_a_failing_exit_code()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("broken.zip"), "This is no ZIP.", TestContext.Current.CancellationToken);

        var audit = (await AuditProcess.RunAsync("--json", "--data", folder.Path, "--zip", folder.File("broken.zip"))).Expect(exitCode: 1);

        Assert.Contains("ZIP", audit.Errors, StringComparison.OrdinalIgnoreCase);
        (await AuditProcess.RunAsync("--json", "--data", folder.Path, "--zip", Contracts.First(2, folder))).Expect(exitCode: 0);
    }

    [Fact]
    public async Task A_tool_that_does_not_exist_cannot_be_made_to_fail()
    {
        using var folder = new TempFolder();

        var audit = (await AuditProcess.RunAsync("--json", "--data", folder.Path, "--fail-tool", "nothing:0.5")).Expect(exitCode: 1);

        Assert.Contains("Tools:Faults:nothing", audit.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", audit.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--budget", "-1")]
    [InlineData("--crash-after", "0")]
    [InlineData("--fail-tool", "check_lgpd:2")]
    [InlineData("--zip", "/no/such/file.zip")]
    public async Task An_option_that_makes_no_sense_is_refused_before_anything_starts(string option, string value)
    {
        using var folder = new TempFolder();

        var audit = (await AuditProcess.RunAsync("--data", folder.Path, option, value)).Expect(exitCode: 2);

        Assert.Contains(option, audit.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static Task<string> ReadAsync(AuditEnd audit, string path) =>
        File.ReadAllTextAsync(audit.Text(path), TestContext.Current.CancellationToken);
}
