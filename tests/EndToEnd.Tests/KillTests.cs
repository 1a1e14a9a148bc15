using Microsoft.Data.Sqlite;

namespace EndToEnd.Tests;

/// <summary>SIGKILL at random points of the main job.</summary>
public sealed class KillTests(ITestOutputHelper log)
{
    private const int Kills = 20;
    private const int MostStepsBetweenKills = 10;

    [Fact]
    public async Task Twenty_kills_at_random_points_change_neither_the_report_nor_what_the_tools_have_done()
    {
        using var disturbed = new TempFolder();
        using var undisturbed = new TempFolder();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        log.WriteLine($"seed {seed}");

        for (var kill = 1; kill <= Kills; kill++)
        {
            using var audit = AuditProcess.Start("--json", "--data", disturbed.Path);
            var steps = await AdvanceAsync(audit, disturbed.Path, random.Next(1, MostStepsBetweenKills));
            await Task.Delay(random.Next(0, 30), TestContext.Current.CancellationToken);
            Assert.False(audit.HasExited, $"The audit ended before kill {kill} of {Kills}; seed {seed}.");
            audit.Kill();
            await audit.EndAsync();
            log.WriteLine($"kill {kill} at step {steps}");
        }

        var resumed = (await AuditProcess.RunAsync("--json", "--data", disturbed.Path)).Expect(exitCode: 0);
        var plain = (await AuditProcess.RunAsync("--json", "--data", undisturbed.Path)).Expect(exitCode: 0);

        foreach (var report in new[] { "reportPath", "reportMarkdownPath" })
        {
            Assert.Equal(await ReadAsync(plain.Text(report)), await ReadAsync(resumed.Text(report)));
        }

        var effects = Register.Documents(disturbed.Path);
        Assert.Equal(effects.Distinct().Count(), effects.Count);
        Assert.Equal(Register.Documents(undisturbed.Path).Order(), effects.Order());
        Assert.Equal(plain.Number("stepsExecuted"), resumed.Number("stepsExecuted") + resumed.Number("stepsReplayed"));
        Assert.True(resumed.Json.GetProperty("auditVerified").GetBoolean());
    }

    /// <summary>Waits until the audit has committed so many more steps than when it was asked.</summary>
    private static async Task<long> AdvanceAsync(AuditProcess audit, string folder, int steps)
    {
        var target = Committed(folder) + steps;
        while (Committed(folder) < target && !audit.HasExited)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return Committed(folder);
    }

    private static long Committed(string folder)
    {
        var path = Path.Combine(folder, "agents.db");
        if (!File.Exists(path))
        {
            return 0;
        }

        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT COUNT(*) FROM checkpoints";
        try
        {
            return (long)query.ExecuteScalar()!;
        }
        catch (SqliteException missing) when (missing.Message.Contains("no such table", StringComparison.Ordinal))
        {
            return 0;
        }
    }

    private static Task<byte[]> ReadAsync(string path) => File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
}
