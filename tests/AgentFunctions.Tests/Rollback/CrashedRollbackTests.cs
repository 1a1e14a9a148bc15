using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Tests.Rollback;

/// <summary>Hosts that are gone from one moment to the next in the middle of a rollback.</summary>
public sealed class CrashedRollbackTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static TestPack Traveller() => new TestPack().Planner("boss", "tools: [book, write_file]",
        """
        {"steps":[
          {"id":"file","kind":"tool","tool":"write_file","args":{"path":"a.txt","content":"good"}},
          {"id":"one","kind":"tool","tool":"book","args":{"text":"one"},"dependsOn":["file"]},
          {"id":"two","kind":"tool","tool":"book","args":{"text":"two"},"dependsOn":["one"]},
          {"id":"three","kind":"tool","tool":"book","args":{"text":"three"},"dependsOn":["two"]},
          {"id":"bad","kind":"tool","tool":"write_file","args":{"path":"a.txt","content":"bad"},"dependsOn":["three"]}]}
        """);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("three")]
    [InlineData("two")]
    [InlineData("one")]
    public async Task The_next_host_completes_the_rollback_and_every_effect_is_undone_once(string diesAt)
    {
        var undone = new Dictionary<string, string>(StringComparer.Ordinal);
        var copy = Path.Combine(folder.Path, "copy");
        string runId, filesHash;
        await using (var first = await RuntimeApp.StartAsync(Traveller(), Path.Combine(folder.Path, "original")))
        {
            runId = await first.RunAsync(new { agent = "boss", goal = "x" });
            await first.EndAsync(runId);
            var checkpoint = (await first.CheckpointsAsync(runId)).Single(Rollbacks.OfStep("file"));
            filesHash = (string)checkpoint["filesHash"]!;
            var dead = new Gate();
            first.Tools.Answer = async (call, cancellationToken) =>
            {
                Undo(undone, call);
                if (call.Tool == "unbook" && call.Text == diesAt)
                {
                    // The effect has happened; the process dies before it can say so.
                    Copy(copy);
                    await dead.PassAsync(cancellationToken);
                }

                return call.Text;
            };
            await first.PostAsync($"runs/{runId}/rollback", new { checkpoint = (long)checkpoint["number"]!, by = "ana", reason = "x" });
            await RuntimeApp.UntilAsync(() => dead.Arrived == 1);
            first.Tools.Answer = (_, _) => throw new InvalidOperationException("The host is dead.");
        }

        await using var second = await RuntimeApp.StartAsync(Traveller(), copy);
        second.Tools.Answers(call =>
        {
            Undo(undone, call);
            return JsonValue.Create(call.Text);
        });
        var run = await second.RunWhenAsync(runId, each => (int)each["branch"]! == 1 && (string)each["status"]! == "completed");

        Assert.Equal(["three", "two", "one"], undone.Values);
        Assert.Equal(["three", "two", "one"], (await second.EventsAsync(runId, "tool.compensated")).Select(entry => (string)entry["stepId"]!));
        Assert.Equal(filesHash, (string)(await second.EventsAsync(runId, "run.rolledBack")).Single()["data"]!["filesHash"]!);
        Assert.Equal(["one", "two", "three"], second.Tools.TextsOf("book"));
        Assert.Equal("bad", (string)run["steps"]!.AsArray()[^1]!["id"]!);
        Assert.True((bool)(await second.GetAsync($"runs/{runId}/audit/verify"))["verified"]!);
    }

    /// <summary>An outside system that remembers idempotency keys.</summary>
    private static void Undo(Dictionary<string, string> undone, ProbedCall call)
    {
        if (call.Tool == "unbook")
        {
            undone.TryAdd(call.Context.IdempotencyKey, call.Text);
        }
    }

    /// <summary>The engine's file first: it knows of no more than the app's own file has on record, as after a crash.</summary>
    private void Copy(string copy)
    {
        Directory.CreateDirectory(copy);
        foreach (var name in (string[])["agentfunctions.db", "agents.db"])
        {
            using var from = Open(Path.Combine(folder.Path, "original", name));
            using var to = Open(Path.Combine(copy, name));
            from.BackupDatabase(to);
        }
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
