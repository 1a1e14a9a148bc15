using System.Text.Json.Nodes;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Storage;

/// <summary>What every journal promises.</summary>
public abstract class RunJournalContract(StoreKind kind)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_commit_changes_the_run_its_log_and_its_checkpoints_together()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");

        var committed = await stores.Journal.CommitAsync(
            new RunCommit
            {
                RunId = "r",
                Key = "k",
                Events = [new("step.started", "runtime"), new("tool.call", "agent:a") { CostUsd = 0.25m, Data = new() { ["x"] = 1 } }],
                Patch = new() { Status = RunStatus.Running, AddUsage = new(0.25m, 10, 5, 1, 1, 0) },
                Checkpoint = new("s", "tool", "read", "hash"),
                Result = "42",
            },
            Cancel);

        Assert.True(committed);
        var run = await stores.Runs.GetAsync("r", Cancel);
        Assert.Equal((RunStatus.Running, 0.25m), (run!.Status, run.Usage.CostUsd));
        var events = await stores.Journal.ReadEventsAsync("r", 0, Cancel);
        Assert.Equal([(1, "run.created"), (2, "step.started"), (3, "tool.call")], events.Select(e => ((int)e.Sequence, e.Type)));
        var checkpoint = Assert.Single(await stores.Journal.ReadCheckpointsAsync("r", Cancel));
        Assert.Equal((1, "k", stores.Host.Id), (checkpoint.Number, checkpoint.Key, checkpoint.Host));
        Assert.Equal("42", (await stores.Journal.FindAsync("r", "k", Cancel))!.Result);
        Assert.Equal(new AuditHead(3, events[2].Hash), await stores.Journal.ReadHeadAsync("r", Cancel));
    }

    [Fact]
    public async Task A_key_is_committed_once_however_many_try_at_the_same_time()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(attempt => Task.Run(() => stores.Journal.CommitAsync(
            new RunCommit
            {
                RunId = "r",
                Key = $"k{attempt % 20}",
                Events = [new("model.call", "agent:a")],
                Patch = new() { AddUsage = new(0.001m, 1, 1, 1, 0, 0) },
                Checkpoint = new("s", "model", "m", null),
            },
            Cancel))));

        Assert.Equal(20, outcomes.Count(isNew => isNew));
        var run = await stores.Runs.GetAsync("r", Cancel);
        Assert.Equal((0.020m, 20), (run!.Usage.CostUsd, run.Usage.ModelCalls));
        var events = await stores.Journal.ReadEventsAsync("r", 0, Cancel);
        Assert.Equal(Enumerable.Range(1, 21), events.Select(e => (int)e.Sequence));
        var checkpoints = await stores.Journal.ReadCheckpointsAsync("r", Cancel);
        Assert.Equal(Enumerable.Range(1, 20), checkpoints.Select(c => (int)c.Number));
        Assert.True((await stores.VerifyAsync("r")).Verified);
    }

    [Fact]
    public async Task A_run_ends_once_whoever_else_tries_to_end_it()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");
        RunCommit End(string key, RunStatus status) =>
            new() { RunId = "r", Key = key, Events = [new($"run.{status}", "runtime")], Patch = new() { Status = status }, Result = "\"x\"" };

        Assert.True(await stores.Journal.CommitAsync(End("end", RunStatus.Canceled), Cancel));
        Assert.False(await stores.Journal.CommitAsync(End("finish", RunStatus.Completed), Cancel));

        Assert.Equal(RunStatus.Canceled, (await stores.Runs.GetAsync("r", Cancel))!.Status);
        Assert.Equal(["run.created", "run.Canceled"], (await stores.Journal.ReadEventsAsync("r", 0, Cancel)).Select(e => e.Type));
        Assert.Null(await stores.Journal.FindAsync("r", "finish", Cancel));
    }

    [Fact]
    public async Task A_commit_to_no_run_leaves_nothing_and_does_not_harm_its_neighbours()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");

        var good = stores.Journal.CommitAsync(new RunCommit { RunId = "r", Key = "a", Events = [new("x", "runtime")] }, Cancel);
        var bad = stores.Journal.CommitAsync(new RunCommit { RunId = "none", Key = "a", Events = [new("x", "runtime")] }, Cancel);
        var after = stores.Journal.CommitAsync(new RunCommit { RunId = "r", Key = "b", Events = [new("x", "runtime")] }, Cancel);

        Assert.True(await good);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => bad);
        Assert.True(await after);
        Assert.Null(await stores.Journal.FindAsync("none", "a", Cancel));
        Assert.Empty(await stores.Journal.ReadEventsAsync("none", 0, Cancel));
    }

    [Fact]
    public async Task A_finished_run_keeps_its_status_and_still_counts_what_was_used()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");
        await stores.Journal.CommitAsync(
            new RunCommit { RunId = "r", Key = "end", Patch = new() { Status = RunStatus.Canceled, Reason = "enough" } }, Cancel);

        await stores.Journal.CommitAsync(
            new RunCommit
            {
                RunId = "r",
                Key = "late",
                Patch = new() { Status = RunStatus.Completed, ResultHash = "h", Replans = 7, AddUsage = new(1m, 1, 1, 1, 1, 1) },
            },
            Cancel);

        var run = await stores.Runs.GetAsync("r", Cancel);
        Assert.Equal((RunStatus.Canceled, "enough", null, 0, 1m), (run!.Status, run.Reason, run.ResultHash, run.Replans, run.Usage.CostUsd));
        Assert.NotNull(run.CompletedAt);
    }

    [Fact]
    public async Task Steps_are_replaced_and_then_changed_in_their_newest_generation()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");
        StepState Step(string id, int generation) => new(new PlanStep { Id = id, Kind = StepKind.Tool }, StepStatus.Pending, Generation: generation);

        await stores.Journal.CommitAsync(
            new RunCommit
            {
                RunId = "r",
                Key = "plan",
                Patch = new()
                {
                    Steps = [Step("a", 0), Step("b", 0), Step("a", 1)],
                    StepChanges = [new("a", StepStatus.Failed, "why"), new("b", StepStatus.Completed, OutputHash: "h")],
                },
            },
            Cancel);
        await stores.Journal.CommitAsync(
            new RunCommit { RunId = "r", Key = "again", Patch = new() { StepChanges = [new("b", StepStatus.Replaced)] } }, Cancel);

        var run = await stores.Runs.GetAsync("r", Cancel);
        Assert.Equal(
            [(StepStatus.Pending, null, null), (StepStatus.Replaced, null, "h"), (StepStatus.Failed, "why", null)],
            run!.Steps.Select(step => (step.Status, step.Reason, step.OutputHash)));
    }

    [Fact]
    public async Task What_was_committed_is_there_for_the_next_process()
    {
        using var folder = new TempFolder();
        await using (var first = await kind.OpenAsync(folder.Path))
        {
            await first.CreateRunAsync("r");
            await first.Journal.CommitAsync(
                new RunCommit { RunId = "r", Key = "k", Events = [new("x", "runtime")], Checkpoint = new("s", "step", "n", null), Result = "1" },
                Cancel);
        }

        await using var second = await kind.OpenAsync(folder.Path);

        Assert.False(await second.Journal.CommitAsync(new RunCommit { RunId = "r", Key = "k", Events = [new("x", "runtime")] }, Cancel));
        Assert.True(await second.Journal.CommitAsync(
            new RunCommit { RunId = "r", Key = "l", Events = [new("y", "runtime")], Checkpoint = new("s", "step", "n", null) }, Cancel));
        var events = await second.Journal.ReadEventsAsync("r", 0, Cancel);
        Assert.True((await second.VerifyAsync("r")).Verified);
        Assert.Equal(["run.created", "x", "y"], events.Select(e => e.Type));
        var counts = await second.Journal.CountCheckpointsAsync("r", Cancel);
        Assert.Equal(2, counts.Count);
        Assert.Single(counts, count => count.Host == second.Host.Id && count.Count == 1);
    }

    [Fact]
    public async Task A_change_of_any_run_of_the_tree_wakes_those_who_wait_for_it()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("root");
        await stores.CreateRunAsync("other");
        var change = stores.Journal.WaitForChangeAsync("root", Cancel);
        await stores.Journal.CommitAsync(new RunCommit { RunId = "other", Key = "k" }, Cancel);
        Assert.False(change.IsCompleted);

        await stores.CreateRunAsync("child", parent: "root");

        await change;
        var next = stores.Journal.WaitForChangeAsync("root", Cancel);
        await stores.Journal.CommitAsync(new RunCommit { RunId = "child", Key = "k" }, Cancel);
        await next;
    }

    [Fact]
    public async Task Event_data_comes_back_as_it_went_in()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");
        var data = JsonNode.Parse("""{"ü":"\u0001\"","n":[1.50,1e-7,null,true],"o":{"b":1,"a":2}}""")!.AsObject();

        await stores.Journal.CommitAsync(new RunCommit { RunId = "r", Key = "k", Events = [new("x", "runtime") { Data = data }] }, Cancel);

        var events = await stores.Journal.ReadEventsAsync("r", 1, Cancel);
        Assert.True(JsonNode.DeepEquals(data, Assert.Single(events).Data));
    }

    [Fact]
    public async Task A_commit_may_have_hundreds_of_events_and_a_log_thousands()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");
        AuditDraft[] Events(int count) => [.. Enumerable.Range(0, count).Select(index => new AuditDraft($"x.{index % 2}", "runtime"))];

        await stores.Journal.CommitAsync(new RunCommit { RunId = "r", Key = "many", Events = Events(500) }, Cancel);
        for (var commit = 0; commit < 11; commit++)
        {
            await stores.Journal.CommitAsync(new RunCommit { RunId = "r", Key = $"k{commit}", Events = Events(90) }, Cancel);
        }

        const int All = 1 + 500 + (11 * 90);
        var events = await stores.Journal.ReadEventsAsync("r", 0, Cancel);
        Assert.Equal(Enumerable.Range(1, All), events.Select(entry => (int)entry.Sequence));
        Assert.Equal(All - 123, (await stores.Journal.ReadEventsAsync("r", 123, Cancel)).Count);
        Assert.Equal("r/501", events[501].CausationId);
        Assert.True((await stores.VerifyAsync("r")).Verified);
    }

    [Fact]
    public async Task Large_results_data_and_plans_come_back_whole()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");
        var text = string.Concat(Enumerable.Range(0, 30_000).Select(index => $"é{index}\n"));
        var result = System.Text.Json.JsonSerializer.Serialize(text);
        StepState[] steps =
        [
            .. Enumerable.Range(0, 1000).Select(index => new StepState(
                new PlanStep { Id = $"s{index}", Kind = StepKind.Tool, Tool = new string('t', 100) }, StepStatus.Pending)),
        ];

        await stores.Journal.CommitAsync(
            new RunCommit
            {
                RunId = "r", Key = "k", Result = result, Patch = new() { Steps = steps }, Events = [new("x", "runtime") { Data = new() { ["text"] = text } }],
            },
            Cancel);
        await stores.Journal.CommitAsync(new RunCommit { RunId = "r", Key = "small", Patch = new() { Steps = [steps[0]] } }, Cancel);

        Assert.Equal(result, (await stores.Journal.FindAsync("r", "k", Cancel))!.Result);
        Assert.Equal(text, (string)(await stores.Journal.ReadEventsAsync("r", 1, Cancel)).Single().Data!["text"]!);
        Assert.Equal("s0", Assert.Single((await stores.Runs.GetAsync("r", Cancel))!.Steps).Step.Id);
        Assert.True((await stores.VerifyAsync("r")).Verified);
    }

    [Fact]
    public async Task An_event_names_the_one_that_led_to_it()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");
        await stores.CreateRunAsync("other");
        Task CommitAsync(string key, params AuditDraft[] events) => stores.Journal.CommitAsync(new RunCommit { RunId = "r", Key = key, Events = events }, Cancel);
        await CommitAsync("a/1", new AuditDraft("a1", "runtime"));
        await CommitAsync("b/1", new AuditDraft("b1", "runtime"), new AuditDraft("b2", "runtime"));
        await CommitAsync("a/2", new AuditDraft("a2", "runtime"));
        await CommitAsync("c/1", new AuditDraft("c1", "runtime"));
        await CommitAsync("d/1", new AuditDraft("d1", "runtime") { CausedBy = [new("a/1"), new("b/")] }, new AuditDraft("d2", "runtime") { CausedBy = [new("", "other")] });

        var causes = (await stores.Journal.ReadEventsAsync("r", 0, Cancel)).Select(entry => $"{entry.Type}<{entry.CausationId}");

        Assert.Equal(
            ["run.created<", "a1<r/1", "b1<r/2", "b2<r/3", "a2<r/2", "c1<r/5", "d1<r/4", "d2<other/1"],
            causes);
    }

    [Fact]
    public async Task A_log_is_asked_by_type_actor_and_place()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("r");
        await stores.Journal.CommitAsync(
            new RunCommit { RunId = "r", Key = "k", Events = [new("model.call", "agent:a"), new("tool.call", "agent:a"), new("model.call", "agent:b")] }, Cancel);
        async Task<string> AskAsync(AuditQuery query) =>
            string.Join(' ', (await stores.Log.QueryAsync(query, Cancel)).Select(entry => entry.Sequence));

        Assert.Equal("2 4", await AskAsync(new AuditQuery("r", Type: "model.call")));
        Assert.Equal("2 4", await AskAsync(new AuditQuery("r", Type: "model.")));
        Assert.Equal("2 3", await AskAsync(new AuditQuery("r", ActorId: "a")));
        Assert.Equal("3", await AskAsync(new AuditQuery("r", After: 2, Limit: 1)));
        Assert.Equal("", await AskAsync(new AuditQuery("r", From: DateTimeOffset.UtcNow.AddHours(1))));
        Assert.Equal("1 2 3 4", await AskAsync(new AuditQuery("r", To: DateTimeOffset.UtcNow.AddHours(1))));
        Assert.Equal([1L, 2, 3, 4], (await stores.Log.ReadAsync("r", Cancel)).Select(stored => stored.Sequence));
    }
}
