using Azurite.Testing;

namespace EndToEnd.Tests;

/// <summary>The main job with everything in tables and blobs instead of SQLite.</summary>
public sealed class StorageAccountTests
{
    [Fact]
    public async Task A_job_over_a_storage_account_survives_SIGKILL_executes_no_step_twice_and_its_log_is_proven()
    {
        using var folder = new TempFolder();
        using var plain = new TempFolder();
        var zip = Contracts.First(4, folder);
        (string, string)[] settings = [("Storage", (await AzuriteProcess.SharedAsync()).ConnectionString), ("Storage__TablePrefix", $"t{Guid.NewGuid():N}"[..20])];
        string[] command = ["--json", "--data", folder.Path, "--zip", zip];

        using (var killed = AuditProcess.Start(settings, [.. command, "--crash-after", "6"]))
        {
            Assert.NotEqual(0, (await killed.EndAsync()).ExitCode);
        }

        using var next = AuditProcess.Start(settings, command);
        var audit = (await next.EndAsync()).Expect(exitCode: 0);

        Assert.Equal("completed", audit.Text("status"));
        Assert.Equal((4, 4), (audit.Number("documents"), audit.Number("children")));
        Assert.True(audit.Number("stepsReplayed") >= 6);
        Assert.True(audit.Json.GetProperty("auditVerified").GetBoolean());
        Assert.Equal(4, Register.Documents(folder.Path).Distinct().Count());
        Assert.Equal(4, Register.Documents(folder.Path).Count);
        Assert.False(File.Exists(Path.Combine(folder.Path, "agents.db")));

        // The same job over SQLite comes to the same.
        var same = (await AuditProcess.RunAsync("--json", "--data", plain.Path, "--zip", zip)).Expect(exitCode: 0);
        Assert.Equal(await ReadAsync(same.Text("reportPath")), await ReadAsync(audit.Text("reportPath")));
        Assert.Equal(same.Number("modelCalls"), audit.Number("modelCalls"));
    }

    private static Task<byte[]> ReadAsync(string path) => File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
}
