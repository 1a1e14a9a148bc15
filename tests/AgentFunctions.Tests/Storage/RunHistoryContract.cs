using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Storage;

/// <summary>What every history of runs promises: the way back to a checkpoint, for a run, its descendants and its thread's files.</summary>
public abstract class RunHistoryContract(StoreKind kind)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_returned_with_its_descendants_and_files_and_goes_on_as_another_branch()
    {
        await using var stores = await kind.OpenAsync();
        await ProgramAsync(stores);

        var abandoned = await stores.History.AbandonAsync(Start("rb", checkpoint: 1), Cancel);
        Assert.Equal((null, 0, 1), (abandoned.Problem, abandoned.From, abandoned.Branch));
        Assert.Equal(["root", "early"], abandoned.Restored);
        Assert.Equal(["late"], abandoned.Spawned);
        Assert.Equal(["root", "late"], abandoned.Instances);
        Assert.Equal(abandoned.Restored, (await stores.History.AbandonAsync(Start("rb", checkpoint: 1), Cancel)).Restored);
        var held = await RunAsync(stores, "root");
        Assert.Equal((RunStatus.Paused, 1L), (held.Status, held.RollingBackTo));
        Assert.Equal(RunStatus.Canceled, (await RunAsync(stores, "late")).Status);

        // What the abandoned branch still does is counted, and changes nothing; what it had done before is not counted again.
        foreach (var key in new[] { "three", "three", "one", "two" })
        {
            Assert.False(await stores.Journal.CommitAsync(Step("root", key, RunStatus.Failed) with { Branch = 0 }, Cancel));
        }

        await Assert.ThrowsAsync<FileWriterGoneException>(() => stores.Threads.PutFilesAsync("case", [File("b", "late")], new FileWriter("root", 0), Cancel));

        Assert.True(await stores.History.RestoreAsync(Restore(abandoned), Cancel));
        Assert.True(await stores.History.RestoreAsync(Restore(abandoned), Cancel));

        var run = await RunAsync(stores, "root");
        Assert.Equal((RunStatus.Running, 1, null, 3), (run.Status, run.Branch, run.RollingBackTo, run.Usage.ModelCalls));
        var child = await RunAsync(stores, "early");
        Assert.Equal((RunStatus.Running, 1), (child.Status, child.Branch));
        Assert.Equal([File("a", "one")], await stores.Threads.ListFilesAsync("case", Cancel));
        Assert.Equal(0, (await stores.Journal.FindAsync("root", "one", Cancel))!.Branch);
        Assert.Null(await stores.Journal.FindAsync("root", "two", Cancel));
        Assert.Equal(new CommittedResult("\"begun\"", Branch: 1), await stores.Journal.FindAsync("root", "branch/1", Cancel));

        // The new branch commits the same keys again.
        Assert.False(await stores.Journal.CommitAsync(Step("root", "one", RunStatus.Failed) with { Branch = 0 }, Cancel));
        Assert.True(await stores.Journal.CommitAsync(Step("root", "two", RunStatus.Running), Cancel));
        Assert.False(await stores.Journal.CommitAsync(Step("root", "two", RunStatus.Running), Cancel));
        Assert.False(await stores.Journal.CommitAsync(Step("root", "one", RunStatus.Running), Cancel));
        Assert.Equal(4, (await RunAsync(stores, "root")).Usage.ModelCalls);
        foreach (var runId in new[] { "root", "early", "late" })
        {
            Assert.True((await stores.VerifyAsync(runId)).Verified);
        }
    }

    [Fact]
    public async Task What_a_run_was_and_had_committed_at_a_checkpoint_is_found_again_on_any_branch()
    {
        await using var stores = await kind.OpenAsync();
        await ProgramAsync(stores);
        var first = (await stores.History.FindAsync("root", 1, Cancel)).Position;
        var second = (await stores.History.FindAsync("root", 2, Cancel)).Position;

        Assert.Equal(RunStatus.Running, (await stores.History.StateAtAsync("root", first, Cancel)).Status);
        Assert.Equal(RunStatus.Waiting, (await stores.History.StateAtAsync("root", second, Cancel)).Status);
        Assert.Contains("two", (await stores.History.KeysUpToAsync("root", second, Cancel)).Keys);
        Assert.DoesNotContain("two", (await stores.History.KeysUpToAsync("root", first, Cancel)).Keys);
        Assert.Contains("no checkpoint 9", (await stores.History.FindAsync("root", 9, Cancel)).Problem, StringComparison.Ordinal);
        Assert.Contains("no run", (await stores.History.FindAsync("none", 1, Cancel)).Problem, StringComparison.Ordinal);

        var abandoned = await stores.History.AbandonAsync(Start("rb", checkpoint: 1), Cancel);
        Assert.Contains("being returned", (await stores.History.FindAsync("root", 2, Cancel)).Problem, StringComparison.Ordinal);
        await stores.History.RestoreAsync(Restore(abandoned), Cancel);
        Assert.Contains("abandoned", (await stores.History.FindAsync("root", 2, Cancel)).Problem, StringComparison.Ordinal);
        Assert.Null((await stores.History.FindAsync("root", 1, Cancel)).Problem);
    }

    [Fact]
    public async Task A_run_whose_files_another_one_works_with_is_not_returned()
    {
        await using var stores = await kind.OpenAsync();
        await ProgramAsync(stores);
        await stores.CreateRunAsync("other");

        var refused = await stores.History.AbandonAsync(Start("rb", checkpoint: 1), Cancel);

        Assert.Contains("'other' works with the same files", refused.Problem, StringComparison.Ordinal);
        Assert.Null((await RunAsync(stores, "root")).RollingBackTo);
    }

    [Fact]
    public async Task Effects_behind_the_checkpoint_are_found_newest_first_until_they_are_compensated()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("root");
        async Task NoteAsync(string key) => await stores.Journal.CommitAsync(
            new RunCommit { RunId = "root", Key = $"{key}/begun", Result = $$"""{"runId":"root","stepId":"s","key":"{{key}}","tool":"book","argumentsHash":"h","idempotencyKey":"{{key}}"}""" },
            Cancel);
        await NoteAsync("a");
        await stores.Journal.CommitAsync(Step("root", "a", RunStatus.Running), Cancel);
        await NoteAsync("b");
        await NoteAsync("c");
        await stores.Journal.CommitAsync(Step("root", "b", RunStatus.Running), Cancel);

        var abandoned = await stores.History.AbandonAsync(Start("rb", checkpoint: 1), Cancel);

        Assert.Equal(["b", "c"], (await stores.History.EffectsAsync(abandoned, Cancel)).Select(effect => effect.Key));
        await stores.Journal.CommitAsync(new RunCommit { RunId = "root", Key = "c/compensated" }, Cancel);
        Assert.Equal(["b"], (await stores.History.EffectsAsync(abandoned, Cancel)).Select(effect => effect.Key));

        // The call that was noted before the checkpoint stays noted where it had ended, and is forgotten where it had not.
        await stores.History.RestoreAsync(Restore(abandoned), Cancel);
        Assert.NotNull(await stores.Journal.FindAsync("root", "a/begun", Cancel));
        Assert.Null(await stores.Journal.FindAsync("root", "b/begun", Cancel));
    }

    [Fact]
    public async Task The_checkpoint_before_a_step_is_the_newest_one_that_was_made_before_it_began()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("root");
        await stores.Journal.CommitAsync(Step("root", "one/end", RunStatus.Running), Cancel);
        await stores.Journal.CommitAsync(new RunCommit { RunId = "root", Key = "two/begin" }, Cancel);
        await stores.Journal.CommitAsync(Step("root", "two/end", RunStatus.Running), Cancel);

        Assert.Equal(1, (await stores.History.FindBeforeStepAsync("root", "two", Cancel))!.Number);
        Assert.Null(await stores.History.FindBeforeStepAsync("root", "one", Cancel));
        Assert.Null(await stores.History.FindBeforeStepAsync("root", "none", Cancel));
    }

    /// <summary>A run that has written a file, spawned a child, made a checkpoint, and then changed the file and spawned another child.</summary>
    internal static async Task ProgramAsync(Stores stores)
    {
        await stores.CreateRunAsync("root");
        await stores.Runs.CreateAsync(Child("early", "s1"), new AuditDraft("run.created", "runtime"), Cancel);
        await stores.Journal.CommitAsync(new RunCommit { RunId = "root", Key = "s1/spawn" }, Cancel);
        await stores.Journal.CommitAsync(new RunCommit { RunId = "early", Key = "begin", Patch = new() { Status = RunStatus.Running } }, Cancel);
        await stores.Threads.PutFilesAsync("case", [File("a", "one")], new FileWriter("root", 0), Cancel);
        await stores.Journal.CommitAsync(Step("root", "one", RunStatus.Running), Cancel);
        await stores.Journal.CommitAsync(new RunCommit { RunId = "early", Key = "end", Patch = new() { Status = RunStatus.Completed } }, Cancel);
        await stores.Threads.PutFilesAsync("case", [File("a", "two"), File("b", "two")], new FileWriter("root", 0), Cancel);
        await stores.Runs.CreateAsync(Child("late", "s2"), new AuditDraft("run.created", "runtime"), Cancel);
        await stores.Journal.CommitAsync(new RunCommit { RunId = "root", Key = "s2/spawn" }, Cancel);
        await stores.Journal.CommitAsync(Step("root", "two", RunStatus.Waiting), Cancel);
    }

    internal static RollbackStart Start(string id, long checkpoint) => new(id, "root", checkpoint, "user:ana", "It went wrong.");

    internal static RollbackRestore Restore(BranchAbandoned abandoned) => new(
        abandoned, "\"begun\"", "user:ana", "It went wrong.", "Mind the gap.", Failed: null, new Dictionary<string, IReadOnlyList<string>>(), 0);

    private static RunRecord Child(string runId, string step) => Stores.NewRun(runId, "root") with { ParentStepId = step, Depth = 1 };

    private static RunCommit Step(string runId, string key, RunStatus status) => new()
    {
        RunId = runId,
        Key = key,
        Events = [new("step.completed", "agent:auditor")],
        Patch = new() { Status = status, AddUsage = new(0.1m, 1, 1, ModelCalls: 1, 0, 0) },
        Checkpoint = new(key, "step", key, null),
        Result = "1",
    };

    private static ThreadFile File(string path, string hash) => new(path, 1, hash, FileOrigin.Produced);

    private static async Task<RunRecord> RunAsync(Stores stores, string runId) => (await stores.Runs.GetAsync(runId, Cancel))!;
}

public sealed class SqliteRunHistoryTests() : RunHistoryContract(StoreKind.Sqlite);

public sealed class AzuriteRunHistoryTests() : RunHistoryContract(StoreKind.Azurite);
