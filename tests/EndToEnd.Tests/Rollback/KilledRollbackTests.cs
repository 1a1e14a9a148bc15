using System.Security.Cryptography;
using System.Text;

namespace EndToEnd.Tests.Rollback;

/// <summary>Rollbacks whose process is killed (SIGKILL) at one step after the other, and started again each time.</summary>
public sealed class KilledRollbackTests(ITestOutputHelper log) : IDisposable
{
    private const int Children = 3;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Where the process is killed, in the order in which a rollback comes there.</summary>
    private static readonly string[] Everywhere =
    [
        "AbandonBranch:after", "TerminateBranch:commit", "TerminateBranch:after", "ListEffects:after", "Compensate:after",
        "unbook three:before", "unbook three:during", "unbook three:after", "unbook one:after",
        "RestoreBranch:before", "RestoreBranch:after", "SpentByTree:after", "BeginBranch:after",
    ];

    [Fact]
    public async Task Kills_at_every_step_of_a_rollback_leave_each_effect_undone_once_in_reverse_order_and_the_files_byte_for_byte_as_they_were()
    {
        await WriteAgentsAsync();
        var uploaded = RandomNumberGenerator.GetBytes(4096);
        string runId;
        long checkpoint;
        using (var first = Start())
        {
            await first.UntilAsync(first.IsReadyAsync);
            await first.PostAsync("threads", new { threadId = "case", tenant = "acme", budgetUsd = 1 });
            await first.UploadAsync("threads/case/files?path=input.bin", uploaded);
            runId = (string)(await first.PostAsync("threads/case/runs", new { agent = "boss", goal = "x" })).Body["runId"]!;
            await first.UntilAsync(async () => (int)(await first.GetAsync($"runs/{runId}"))["usage"]!["toolCalls"]! == 6 + Children);
            checkpoint = (long)(await first.GetAsync($"runs/{runId}/checkpoints"))["checkpoints"]!.AsArray().Single(each => (string)each!["stepId"]! == "file")!["number"]!;
            await AskAsync(first, runId, checkpoint);
            await first.ExitAsync();
        }

        var starts = 1;
        for (var isBack = false; !isBack; starts++)
        {
            using var next = Start();
            isBack = await IsBackAsync(next, runId);
        }

        Assert.Equal(Everywhere.Order(), Lines("kills.txt").Order());
        log.WriteLine($"{starts} processes, {Everywhere.Length} kills");
        await AssertUndoneAsync(runId, uploaded);
    }

    private async Task AssertUndoneAsync(string runId, byte[] uploaded)
    {
        var effects = Lines("effects.txt").Select(line => line.Split(' ')).ToList();
        var undone = effects.Where(effect => effect[0] == "unbook").Select(effect => effect[1]).ToList();
        Assert.Equal(effects.Where(effect => effect[0] == "book").Select(effect => effect[1]).Order(), undone.Order());
        Assert.Equal(["three", "two", "one"], undone[Children..]);

        // A call that was cut off is made again, with the same key; no other is.
        var calls = Lines("calls.txt").Where(line => line.StartsWith("unbook", StringComparison.Ordinal)).GroupBy(line => line.Split(' ')[1]).ToDictionary(call => call.Key, call => call.ToList());
        Assert.All(calls.Values, call => Assert.Single(call.Distinct()));
        Assert.Equal((3, 1, 2), (calls["three"].Count, calls["two"].Count, calls["one"].Count));
        Assert.All(calls.Where(call => call.Key.StartsWith('c')), call => Assert.Single(call.Value));

        using var last = Start();
        await last.UntilAsync(last.IsReadyAsync);
        var files = (await last.GetAsync("threads/case/files"))["files"]!.AsArray().Select(file => (string)file!["path"]!);
        Assert.Equal(["a.txt", "input.bin"], files);
        Assert.Equal(uploaded, await last.BytesAsync("threads/case/files/input.bin"));
        Assert.Equal("good"u8.ToArray(), await last.BytesAsync("threads/case/files/a.txt"));
        var events = (await last.GetAsync($"runs/{runId}/audit?tree=true&limit=1000"))["events"]!.AsArray().Select(entry => (string)entry!["type"]!).ToList();
        Assert.Equal((1, 1, 3 + Children, Children), (
            events.Count(type => type == "rollback.started"),
            events.Count(type => type == "run.rolledBack"),
            events.Count(type => type == "tool.compensated"),
            events.Count(type => type == "run.canceled")));
        var question = (string)(await last.GetAsync("approvals?status=pending"))["approvals"]!.AsArray().Single()!["approvalId"]!;
        await last.PostAsync($"approvals/{question}", new { type = "accept", by = "ana" });
        await last.UntilAsync(async () => (string)(await last.GetAsync($"runs/{runId}"))["status"]! == "completed");
        await last.UntilAsync(async () => (decimal)(await last.GetAsync("threads/case"))["budget"]!["reservedUsd"]! == 0);
        Assert.True((bool)(await last.GetAsync($"runs/{runId}/audit/verify?tree=true"))["verified"]!);
        Assert.Equal(3 + Children, Lines("effects.txt").Count(line => line.StartsWith("book", StringComparison.Ordinal)));
    }

    /// <summary>The new branch is a plan of its own, which waits for a human: nothing changes the files until they were looked at.</summary>
    private static async Task AskAsync(AppProcess app, string runId, long checkpoint)
    {
        var plan = new { steps = new[] { new { id = "look", kind = "approval", description = "Is it as it was?" } } };
        try
        {
            await app.PostAsync($"runs/{runId}/rollback", new { checkpoint, by = "ana", reason = "It went wrong.", plan });
        }
        catch (HttpRequestException)
        {
            // The process was killed before it could answer; what it had accepted is on disk.
            return;
        }
    }

    /// <summary>Whether the run goes on as the next branch; not where the process was killed before.</summary>
    private static async Task<bool> IsBackAsync(AppProcess app, string runId)
    {
        while (!app.HasExited)
        {
            try
            {
                if (await app.IsReadyAsync() && await app.GetAsync($"runs/{runId}") is var run
                    && (int)run["branch"]! == 1 && run["rollingBackTo"] is null && (string)run["status"]! == "waiting")
                {
                    return true;
                }
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                // Killed while it answered.
                await app.ExitAsync();
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return false;
    }

    private AppProcess Start() => AppProcess.Start(
        folder.Path, "KillableHost.dll", $"--Pack={folder.File("pack")}", $"--Models:Table={folder.File("pack/models.yaml")}", $"--Kills={string.Join(',', Everywhere)}");

    private IReadOnlyList<string> Lines(string name) => File.Exists(folder.File(name)) ? File.ReadAllLines(folder.File(name)) : [];

    private async Task WriteAgentsAsync()
    {
        foreach (var (path, content) in new[]
        {
            ("models.yaml", "models: [{name: scripted, provider: simulated, inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 11}]"),
            ("agents/boss.yaml", "name: boss\nmodel: scripted\ninstructions: Work.\nmode: plan\ntools: [book, write_file, delete_file]\nagents: [clerk]\n"),
            ("scripts/boss.yaml",
                """
                agent: boss
                plan: |
                  {"steps":[
                    {"id":"file","kind":"tool","tool":"write_file","args":{"path":"a.txt","content":"good"}},
                    {"id":"one","kind":"tool","tool":"book","args":{"text":"one"},"dependsOn":["file"]},
                    {"id":"two","kind":"tool","tool":"book","args":{"text":"two"},"dependsOn":["one"]},
                    {"id":"three","kind":"tool","tool":"book","args":{"text":"three"},"dependsOn":["two"]},
                    {"id":"bad","kind":"tool","tool":"write_file","args":{"path":"a.txt","content":"bad"},"dependsOn":["three"]},
                    {"id":"gone","kind":"tool","tool":"delete_file","args":{"path":"input.bin"},"dependsOn":["bad"]},
                    {"id":"each","kind":"fanOut","items":["c1","c2","c3"],"agent":"clerk","goal":"x","dependsOn":["gone"]}]}
                """),
            ("agents/clerk.yaml", "name: clerk\nmodel: scripted\ninstructions: Work.\nmode: react\ntools: [book, ask]\n"),
            ("scripts/clerk.yaml",
                """
                agent: clerk
                act:
                  - when: results.book == nil
                    calls:
                      - {tool: book, args: '{"text": {{ input | json }}}'}
                  - when: results.ask == nil
                    calls:
                      - {tool: ask, args: '{"text": {{ input | json }}}'}
                  - text: Done.
                """),
        })
        {
            var file = folder.File($"pack/{path}");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, content, Encoding.UTF8, TestContext.Current.CancellationToken);
        }
    }
}
