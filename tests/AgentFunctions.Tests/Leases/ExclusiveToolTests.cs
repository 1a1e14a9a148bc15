using System.Text.Json.Nodes;
using AgentFunctions.Leases;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Tests.Leases;

/// <summary>Agents whose tools use something that only one call may use at a time.</summary>
public sealed class ExclusiveToolTests : IDisposable
{
    private const int Crowd = 12;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Agents_at_the_same_time_use_it_one_after_the_other_each_under_a_greater_token()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Planner("boss", $"agents: [worker]\nlimits: {{maxParallelChildren: {Crowd}}}",
                $$$"""{"steps":[{"id":"each","kind":"fanOut","items":[{% for i in (1..{{{Crowd}}}) %}"{{ i }}"{% unless forloop.last %},{% endunless %}{% endfor %}],"agent":"worker","goal":"${item}"}]}""")
            .React("worker", "tools: [work]",
                """
                  - when: turn == 1
                    calls:
                      - {tool: work, args: '{"machine": "a", "text": {{ input | json }}}'}
                  - text: '{{ results.work.value }}'
                """));
        var ledger = new Ledger();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await Task.Yield();
            Assert.True(ledger.Write((long)call.Value!));
            return call.Value!.DeepClone();
        };

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(("completed", Crowd), ((string)run["status"]!, (int)run["children"]!["finished"]!));
        Assert.Equal(1, app.Tools.MostAtOnce);
        Assert.Equal(Enumerable.Range(1, Crowd).Select(token => (long)token), ledger.Tokens);
        var acquired = await app.EventsAsync((string)run["runId"]!, "lease.acquired");
        Assert.Empty(acquired);
        var children = (await app.GetAsync($"runs?children=true&agent=worker"))["runs"]!.AsArray();
        var one = Assert.Single(await app.EventsAsync((string)children[0]!["runId"]!, "lease.acquired"))["data"]!;
        Assert.Equal(("machine-a", "work"), ((string)one["resource"]!, (string)one["tool"]!));
    }

    [Fact]
    public async Task Other_resources_and_other_tenants_do_not_wait_for_each_other()
    {
        await using var app = await RuntimeApp.StartAsync(Machines("""{"machine":"a","text":"x"}""", """{"machine":"b","text":"x"}"""));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return null;
        };
        await app.PostAsync("threads", new { threadId = "theirs", tenant = "other", budgetUsd = 1 });

        var runs = new[] { await app.RunAsync(new { agent = "boss", goal = "x" }), await app.RunAsync(new { agent = "boss", goal = "x" }, "theirs") };
        await RuntimeApp.UntilAsync(() => gate.Arrived == 4);
        gate.Open();

        foreach (var runId in runs)
        {
            Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
        }
    }

    [Fact]
    public async Task A_lease_is_kept_over_the_attempts_of_a_call_and_given_back_when_it_has_failed()
    {
        await using var app = await RuntimeApp.StartAsync(Machines("""{"machine":"a","text":"fails"}"""));
        app.Tools.Answers(call => call.Context.Attempt < 2
            ? throw new ToolFailureException(ToolFailureKind.Unavailable, "Not now.")
            : throw new ToolFailureException(ToolFailureKind.NotFound, "Never."));

        Assert.Equal("failed", (string)(await app.ResultAsync(new { agent = "boss", goal = "x" }))["status"]!);
        app.Tools.Answers(_ => null);
        Assert.Equal("completed", (string)(await app.ResultAsync(new { agent = "boss", goal = "x" }))["status"]!);

        Assert.Equal(["1", "1", "2"], app.Tools.Attempts.Select(call => call.Value!.ToJsonString()));
    }

    [Fact]
    public async Task A_call_that_waits_in_vain_fails_as_unavailable_and_the_one_that_works_is_not_disturbed()
    {
        await using var app = await RuntimeApp.StartAsync(Machines("""{"machine":"a","text":"x"}""").Planner("late", "tools: [hurry]",
            """{"steps":[{"id":"hurry","kind":"tool","tool":"hurry","args":{"machine":"a"},"onFailure":"fail"}]}"""));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return null;
        };
        var works = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);

        var late = await app.ResultAsync(new { agent = "late", goal = "x" });
        gate.Open();

        Assert.Equal(("failed", "completed"), ((string)late["status"]!, (string)(await app.EndAsync(works))["status"]!));
        Assert.Contains("Unavailable: Others have used 'machine-a' for 1 s.", late.ToJsonString(AgentJson.Options), StringComparison.Ordinal);
        Assert.Single(app.Tools.Attempts);
        var lease = await StateAsync(app);
        Assert.Empty(lease.Waiting);
    }

    [Fact]
    public async Task What_was_cancelled_waits_no_more_and_what_it_held_is_free_when_its_call_has_ended()
    {
        await using var app = await RuntimeApp.StartAsync(Machines("""{"machine":"a","text":"x"}"""));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (gate.Arrived == 0 ? gate.PassAsync(CancellationToken.None) : Task.CompletedTask);
            return null;
        };
        var holds = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);
        var waits = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(async () => (await StateAsync(app)).Waiting.Count == 1);
        var last = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(async () => (await StateAsync(app)).Waiting.Count == 2);

        await app.PostAsync($"runs/{waits}/cancel", new { by = "ana" });
        await app.PostAsync($"runs/{holds}/cancel", new { by = "ana" });
        await app.EndAsync(holds);
        await RuntimeApp.UntilAsync(async () => (await StateAsync(app)).Waiting.Count == 1);
        Assert.Equal(1, (await StateAsync(app)).Holder!.Token);
        gate.Open();

        Assert.Equal("completed", (string)(await app.EndAsync(last))["status"]!);
        Assert.Equal(["1", "2"], app.Tools.Attempts.Select(call => call.Value!.ToJsonString()));
        await RuntimeApp.UntilAsync(async () => (await StateAsync(app)).Holder is null);
    }

    [Fact]
    public async Task A_call_that_outlives_its_process_comes_back_under_a_new_token_and_what_the_old_one_still_writes_is_refused()
    {
        var pack = new TestPack().Planner("boss", "tools: [hurry]",
            """{"steps":[{"id":"hurry","kind":"tool","tool":"hurry","args":{"machine":"a"}}]}""");
        var (ledger, zombie) = (new Ledger(), new Gate());
        bool? zombieWrote = null;
        var copy = Path.Combine(folder.Path, "copy");
        string runId;
        await using var first = await RuntimeApp.StartAsync(pack, Path.Combine(folder.Path, "original"));
        first.Tools.Answer = async (call, _) =>
        {
            // To all others its process is gone from here on; it does not know, and goes on after them.
            Copy(copy);
            await zombie.PassAsync(CancellationToken.None);
            zombieWrote = ledger.Write((long)call.Value!);
            return null;
        };
        runId = await first.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(() => zombie.Arrived == 1);
        var expired = (await StateAsync(first)).Holder!.ExpiresAt;
        await RuntimeApp.UntilAsync(() => DateTimeOffset.UtcNow > expired);

        await using var second = await RuntimeApp.StartAsync(pack, copy);
        var run = await second.EndAsync(runId);
        ledger.Write((long)second.Tools.Attempts.Single().Value!);
        zombie.Open();
        await RuntimeApp.UntilAsync(() => zombieWrote is not null);

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Equal([2L], ledger.Tokens);
        Assert.False(zombieWrote);
        Assert.Equal(
            first.Tools.Attempts.Single().Context.IdempotencyKey, second.Tools.Attempts.Single().Context.IdempotencyKey);
        Assert.Equal([1, 2], (await second.EventsAsync(runId, "lease.acquired")).Select(entry => (int)entry["data"]!["fencingToken"]!));
    }

    private static TestPack Machines(params string[] calls) => new TestPack().Planner("boss", "tools: [work]",
        $$"""{"steps":[{{string.Join(',', calls.Select((args, index) => $$"""{"id":"s{{index}}","kind":"tool","tool":"work","args":{{args}},"onFailure":"fail"}"""))}}]}""");

    /// <summary>The leases of the one resource of a test.</summary>
    private static async Task<LeaseState> StateAsync(RuntimeApp app)
    {
        var need = ExclusiveCalls.Need(
            new ExclusiveUseAttribute("machine-{machine}"), Stores.NewRun("run-1"), new JsonObject { ["machine"] = "a" });
        return (await app.Client.Entities.GetEntityAsync<LeaseState>(LeaseEntity.For(need.Key), includeState: true, RuntimeApp.Ended))?.State
            ?? new LeaseState();
    }

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

    /// <summary>Something outside that remembers the greatest token it has seen.</summary>
    private sealed class Ledger
    {
        private readonly Lock writing = new();
        private readonly List<long> tokens = [];

        public IReadOnlyList<long> Tokens
        {
            get
            {
                lock (writing)
                {
                    return [.. tokens];
                }
            }
        }

        public bool Write(long token)
        {
            lock (writing)
            {
                if (tokens.Count > 0 && token < tokens[^1])
                {
                    return false;
                }

                tokens.Add(token);
                return true;
            }
        }
    }
}
