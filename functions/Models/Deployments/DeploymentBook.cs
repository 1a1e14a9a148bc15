using AgentFunctions.Storage;

namespace AgentFunctions.Models.Deployments;

/// <summary>
/// One deployment's shared state, as this process reads and changes it. All that is asked while a change is on its way to the store goes
/// with the next one: however many calls ask, the store sees one read and one write at a time from each process.
/// </summary>
/// <param name="deployment">The deployment.</param>
/// <param name="rules">Its rules.</param>
/// <param name="store">Where its state is.</param>
/// <param name="host">This process.</param>
/// <param name="time">The clock.</param>
internal sealed class DeploymentBook(ModelDeployment deployment, DeploymentRules rules, IDeploymentStore store, HostIdentity host, TimeProvider time)
    : IDisposable
{
    private const int MostConflicts = 100;

    private readonly Lock gate = new();
    private readonly RecentCalls recent = new();
    private List<Change> waiting = [];
    private bool isWorking;
    private int underWay;
    private ITimer? heartbeat;
    private volatile DeploymentState? latest;

    /// <summary>The deployment.</summary>
    public ModelDeployment Deployment => deployment;

    /// <summary>Calls that this process has under way.</summary>
    public int UnderWay => Volatile.Read(ref underWay);

    /// <summary>UTC time before which nobody calls it because it refused for load, as far as this process has seen; <see langword="null"/> for none.</summary>
    public DateTimeOffset? BlockedUntil => latest?.BlockedUntil;

    /// <summary>Asks to make a call. A call that is let go must be ended.</summary>
    /// <param name="ask">The question.</param>
    public async Task<Verdict> AskAsync(CallAsk ask)
    {
        var verdict = await ChangeAsync((state, now) => rules.Ask(state, ask, now));
        if (verdict is Verdict.Go)
        {
            recent.Add(time.GetUtcNow());
            Began();
        }

        return verdict;
    }

    /// <summary>Tells how a call ended.</summary>
    /// <param name="permit">What it was let go with.</param>
    /// <param name="end">How it ended.</param>
    public async Task EndAsync(CallPermit permit, CallEnd end)
    {
        Ended();
        var seen = end is CallEnd.Refused refused ? refused with { SeenPerMinute = recent.PerMinute(time.GetUtcNow()) } : end;
        await ChangeAsync((state, now) => (rules.End(state, permit, seen, host.Id, now), true));
    }

    /// <summary>How it stands.</summary>
    public Task<DeploymentStatus> StatusAsync() => ChangeAsync((state, now) => (state, DeploymentStatus.Of(deployment, rules, state, UnderWay, now)));

    public void Dispose()
    {
        lock (gate)
        {
            heartbeat?.Dispose();
            heartbeat = null;
        }
    }

    private async Task<T> ChangeAsync<T>(Func<DeploymentState, DateTimeOffset, (DeploymentState State, T Result)> change)
    {
        var mine = new Change<T>(change);
        lock (gate)
        {
            waiting.Add(mine);
            if (!isWorking)
            {
                isWorking = true;
                _ = Task.Run(WorkAsync);
            }
        }

        return await mine.Done.Task;
    }

    private async Task WorkAsync()
    {
        while (Take() is { } changes)
        {
            try
            {
                await ApplyAsync(changes);
            }
            catch (Exception error)
            {
                // Whoever asked hears of it; the durable retry policy asks again.
                changes.ForEach(change => change.Fail(error));
            }
        }
    }

    private List<Change>? Take()
    {
        lock (gate)
        {
            isWorking = waiting.Count > 0;
            if (!isWorking)
            {
                return null;
            }

            var taken = waiting;
            waiting = [];
            return taken;
        }
    }

    private async Task ApplyAsync(List<Change> changes)
    {
        for (var conflicts = 0; conflicts < MostConflicts; conflicts++)
        {
            var (found, version) = await store.GetAsync(deployment.Name, CancellationToken.None);
            var now = time.GetUtcNow();
            var state = changes.Aggregate(found, (before, change) => change.Apply(before, now));
            if (ReferenceEquals(state, found) || await store.TryPutAsync(deployment.Name, state, version, CancellationToken.None))
            {
                latest = state;
                changes.ForEach(change => change.Complete());
                return;
            }
        }

        throw new InvalidOperationException($"The state of the deployment '{deployment.Name}' was changed by others {MostConflicts} times in a row.");
    }

    private void Began()
    {
        lock (gate)
        {
            underWay++;
            if (deployment.Limits.MaxConcurrentCalls is not null)
            {
                heartbeat ??= time.CreateTimer(_ => Renew(), state: null, DeploymentRules.HostLease / 3, DeploymentRules.HostLease / 3);
            }
        }
    }

    private void Ended()
    {
        lock (gate)
        {
            underWay--;
            if (underWay == 0)
            {
                heartbeat?.Dispose();
                heartbeat = null;
            }
        }
    }

    /// <summary>A store that cannot be reached now is told the next time; until the lease ends nothing is lost.</summary>
    private void Renew() => _ = ChangeAsync((state, now) => (rules.Renew(state, host.Id, now), true))
        .ContinueWith(renewed => renewed.Exception, TaskScheduler.Default);

    private abstract class Change
    {
        public abstract DeploymentState Apply(DeploymentState state, DateTimeOffset now);

        public abstract void Complete();

        public abstract void Fail(Exception error);
    }

    private sealed class Change<T>(Func<DeploymentState, DateTimeOffset, (DeploymentState State, T Result)> change) : Change
    {
        private T? result;

        public TaskCompletionSource<T> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override DeploymentState Apply(DeploymentState state, DateTimeOffset now)
        {
            (var changed, result) = change(state, now);
            return changed;
        }

        public override void Complete() => Done.TrySetResult(result!);

        public override void Fail(Exception error) => Done.TrySetException(error);
    }
}
