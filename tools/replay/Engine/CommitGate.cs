using System.Diagnostics;
using AgentFunctions.Replay.Record;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Replay.Engine;

/// <summary>
/// Lets the replayed run commit one thing after the other, in the order of the record and at its times, so that what depends on who was
/// first is decided as it was then. It ends with the first commit that is not on record or not as recorded, or that does not come.
/// </summary>
public sealed class CommitGate
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    /// <summary>How long nothing may go on before the clock is set to the next event on record.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(25);

    /// <summary>How long before a timer ends that should have ended by then.</summary>
    private static readonly TimeSpan LateTimer = TimeSpan.FromMilliseconds(100);

    /// <summary>How much later than on record a timer may have begun.</summary>
    private static readonly TimeSpan LongestSkew = TimeSpan.FromMinutes(1);

    /// <summary>How long before an event of another run is let through that the record has later: a clock may have gone back.</summary>
    private static readonly TimeSpan Unordered = TimeSpan.FromMilliseconds(400);

    /// <summary>How long before an event counts as one that does not come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly RunRecording recording;
    private readonly VirtualTime time;
    private readonly HashSet<RecordedCommit> done = [];
    private readonly HashSet<string> ended = new(StringComparer.Ordinal);
    private readonly List<Waiter> waiters = [];
    private readonly TaskCompletionSource<Divergence?> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Waiter? turn;
    private int running;
    private int at;
    private long lastProgress = Stopwatch.GetTimestamp();

    /// <summary>A gate for a record.</summary>
    /// <param name="recording">The record.</param>
    /// <param name="time">The clock.</param>
    public CommitGate(RunRecording recording, VirtualTime time)
    {
        (this.recording, this.time) = (recording, time);
        done.UnionWith(recording.Commits.Where(commit => commit is { IsGiven: true, IsPause: false }));
    }

    /// <summary>Ends with the first divergence, or with <see langword="null"/> when all of the record was replayed.</summary>
    public Task<Divergence?> Result => result.Task;

    /// <summary>Told what is due next, before it can come: something from outside may have to happen first.</summary>
    public Func<RecordedCommit, Task> Due { get; set; } = _ => Task.CompletedTask;

    /// <summary>Told of each commit that is as recorded.</summary>
    public Action<RecordedCommit> Replayed { get; set; } = _ => { };

    /// <summary>Watches over the replay until it ends.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        RecordedCommit? told = null;
        while (!result.Task.IsCompleted)
        {
            var next = Next();
            if (next is not null && next != told)
            {
                told = next;
                await Due(next);
                if (next.IsGiven)
                {
                    Give(next);
                }

                Touch();
            }

            Step();
            await Task.Delay(BetweenLooks, cancellationToken);
        }
    }

    /// <summary>An invocation of a function begins.</summary>
    public void Enter()
    {
        Interlocked.Increment(ref running);
        Touch();
    }

    /// <summary>An invocation of a function ends.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref running);
        Touch();
    }

    /// <summary>Makes a commit when it is its turn.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">Its key.</param>
    /// <param name="branch">The branch on which it is made; <see langword="null"/> where it is made for none.</param>
    /// <param name="events">Its events.</param>
    /// <param name="commit">Makes it; tells what differs from the record.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnretryableException">Its branch was abandoned before it was made.</exception>
    public async Task PassAsync(
        string runId, string key, int? branch, IReadOnlyList<AuditDraft> events, Func<RecordedCommit?, Task<Divergence?>> commit, CancellationToken cancellationToken)
    {
        if (Match(runId, key, branch, events, out var isKnown) is not { } recorded)
        {
            if (!isKnown)
            {
                await RefuseAsync<bool>(runId, branch, events[^1].Type, $"{events[^1].Type} under '{key}': {events[^1].Reason ?? events[^1].StepId}", cancellationToken);
            }

            await commit(null);
            return;
        }

        var waiter = new Waiter(recorded);
        lock (gate)
        {
            waiters.Add(waiter);
        }

        Interlocked.Decrement(ref running);
        Touch();
        Step();
        try
        {
            await waiter.Turn.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Increment(ref running);
        }

        Finish(waiter, await commit(recorded));
    }

    /// <summary>Ends the replay because of something that is not on record; what asked for it waits until all ends.</summary>
    /// <typeparam name="T">What it asked for.</typeparam>
    /// <param name="runId">The run.</param>
    /// <param name="branch">The branch on which it was asked for; <see langword="null"/> where on none.</param>
    /// <param name="type">What kind of event it would have become.</param>
    /// <param name="what">What it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnretryableException">Then it did not come to that, because its branch was abandoned before.</exception>
    public async Task<T> RefuseAsync<T>(string runId, int? branch, string type, string what, CancellationToken cancellationToken)
    {
        if (branch is { } present && recording.Abandonment(runId, present) is { } abandonment)
        {
            await AbandonedAsync(abandonment, cancellationToken);
        }

        var before = recording.Commits.LastOrDefault(commit => commit.RunId == runId && IsDone(commit))?.Events[^1]
            ?? recording.Commits[0].Events[^1];
        result.TrySetResult(new Divergence(before.Id, runId, before.Sequence, type, "extra", Recorded: null, what));
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new UnreachableException();
    }

    /// <summary>What is at work when its branch is abandoned is held up until then, and ends with that.</summary>
    private async Task AbandonedAsync(RecordedCommit abandonment, CancellationToken cancellationToken)
    {
        Leave();
        try
        {
            while (!IsDone(abandonment))
            {
                await Task.Delay(BetweenLooks, cancellationToken);
            }
        }
        finally
        {
            Enter();
        }

        throw new UnretryableException($"The run '{abandonment.RunId}' was rolled back.");
    }

    private void Give(RecordedCommit given)
    {
        lock (gate)
        {
            done.Add(given);
        }

        Replayed(given);
    }

    private bool IsDone(RecordedCommit commit)
    {
        lock (gate)
        {
            return done.Contains(commit);
        }
    }

    private RecordedCommit? Next()
    {
        lock (gate)
        {
            while (at < recording.Commits.Count && done.Contains(recording.Commits[at]))
            {
                at++;
            }

            return at < recording.Commits.Count ? recording.Commits[at] : null;
        }
    }

    /// <summary>
    /// The recorded commit that a replayed one stands for. None for what is given, what was committed before, and what is left over in a
    /// run that was ended from outside or whose record has no end.
    /// </summary>
    private RecordedCommit? Match(string runId, string key, int? branch, IReadOnlyList<AuditDraft> events, out bool isKnown)
    {
        lock (gate)
        {
            isKnown = true;
            if (events.All(entry => GivenEvents.Contains(entry.Type)))
            {
                return null;
            }

            var taken = waiters.Select(waiter => waiter.Commit).ToHashSet();
            bool IsFree(RecordedCommit commit) => !done.Contains(commit) && !taken.Contains(commit) && commit != turn?.Commit;
            if (branch is { } present && recording.Find(runId, key, present) is { } exact)
            {
                return IsFree(exact) ? exact : null;
            }

            var stable = RunRecording.Stable(key);
            var alike = recording.Commits.FirstOrDefault(commit =>
                commit.RunId == runId && IsFree(commit) && RunRecording.Stable(commit.Key) == stable && (branch is null || commit.Branch == branch));
            isKnown = alike is not null || ended.Contains(runId) || !recording.HasEnd(runId)
                || (branch is null && recording.Commits.Any(commit => commit.RunId == runId && commit.Key == key));
            return alike;
        }
    }

    private void Finish(Waiter waiter, Divergence? divergence)
    {
        if (divergence is not null)
        {
            result.TrySetResult(divergence);
        }
        else
        {
            // While it still has its turn, so that commits are told one at a time and in their order.
            Replayed(waiter.Commit);
        }

        lock (gate)
        {
            done.Add(waiter.Commit);
            if (RecordedCommit.EndsFromOutside(waiter.Commit.Key))
            {
                ended.Add(waiter.Commit.RunId);
            }
            else if (waiter.Commit.Rollback is not null)
            {
                // It goes on; what it has spawned and is canceled does not.
                ended.ExceptWith([.. ended.Where(run => recording.IsBelow(run, waiter.Commit.RunId))]);
                ended.UnionWith(waiter.Commit.Events.Where(entry => RecordedRun.IsEnd(entry.Type)).Select(entry => entry.RunId));
            }

            turn = null;
        }

        Touch();
        Step();
    }

    /// <summary>Gives the turn to whoever it belongs to now, and ends the replay where nobody will come any more.</summary>
    private void Step()
    {
        var next = Next();
        Waiter? chosen;
        lock (gate)
        {
            if (turn is not null || result.Task.IsCompleted)
            {
                return;
            }

            var quiet = Volatile.Read(ref running) > 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Interlocked.Read(ref lastProgress));
            if (next is null)
            {
                if (quiet > Unordered)
                {
                    result.TrySetResult(null);
                }

                return;
            }

            chosen = waiters.Find(waiter => waiter.Commit == next) ?? (quiet > Unordered ? FirstOfItsRun() : null);
            if (chosen is null)
            {
                Idle(next, quiet);
                return;
            }

            waiters.Remove(chosen);
            turn = chosen;
        }

        time.Advance(chosen.Commit.Time);
        Touch();
        chosen.Turn.TrySetResult();
    }

    private void Idle(RecordedCommit next, TimeSpan quiet)
    {
        if (quiet > Patience)
        {
            var first = next.Events[0];
            var instead = waiters.Count == 0 ? "It waits for something that does not come." : $"It comes to {waiters[0].Commit.Events[0].Id} instead.";
            result.TrySetResult(new Divergence(first.Id, first.RunId, first.Sequence, first.Type, "missing", first.Type, instead));
        }
        else if (quiet > Quiet && time.GetUtcNow() < next.Time)
        {
            time.Advance(next.Time);
            Touch();
        }
        else if (quiet > LateTimer && time.NextDue is { } due && due <= next.Time + LongestSkew)
        {
            // What waits for a timer began to wait a little later than then: its commit was made while others had theirs.
            time.Advance(due);
            Touch();
        }
    }

    private Waiter? FirstOfItsRun() => waiters
        .Where(waiter => !recording.Commits.Any(commit => commit.RunId == waiter.Commit.RunId && commit.Index < waiter.Commit.Index && !done.Contains(commit)))
        .MinBy(waiter => waiter.Commit.Index);

    private void Touch() => Interlocked.Exchange(ref lastProgress, Stopwatch.GetTimestamp());

    private sealed record Waiter(RecordedCommit Commit)
    {
        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
