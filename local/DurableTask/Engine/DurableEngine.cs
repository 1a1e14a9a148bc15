using System.Collections.Concurrent;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Runs orchestrations, activities and entities, and keeps everything in the database.</summary>
internal sealed class DurableEngine : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, InstanceActor> instances = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, EntityActor> entities = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> turns = new();
    private readonly CancellationTokenSource activityStop = new();
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationToken hostStopping;
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EngineOptions options;
    private readonly TimeProvider time;
    private readonly TimerQueue timers;
    private readonly Action<Exception> fail;
    private Task activities = Task.CompletedTask;
    private Task work = Task.CompletedTask;

    /// <summary>
    /// Makes an engine over a database with the engine's tables. <paramref name="hostStopping"/> tells when functions may fail because
    /// the host stops; <paramref name="fail"/> is called when nothing can be stored any more.
    /// </summary>
    public DurableEngine(
        Database database,
        IDurableFunctions functions,
        EngineOptions options,
        TimeProvider time,
        ILoggerFactory loggers,
        Action<Exception> fail,
        CancellationToken hostStopping)
    {
        this.hostStopping = hostStopping;
        Database = database;
        Functions = functions;
        Loggers = loggers;
        Logger = loggers.CreateLogger("DurableTask");
        this.options = options;
        this.time = time;
        this.fail = fail;
        timers = new TimerQueue(time);
        Stopping = stop.Token;
        Activities = new ActivityRunner(this, options.MaxConcurrentActivities);
        OrchestratorSlots = new SemaphoreSlim(options.MaxConcurrentOrchestrators);
        EntitySlots = new SemaphoreSlim(options.MaxConcurrentEntities);
    }

    public Database Database { get; }

    public IDurableFunctions Functions { get; }

    public ILoggerFactory Loggers { get; }

    public ILogger Logger { get; }

    public Signals Signals { get; } = new();

    public ActivityRunner Activities { get; }

    public SemaphoreSlim OrchestratorSlots { get; }

    public SemaphoreSlim EntitySlots { get; }

    public CancellationToken Stopping { get; }

    /// <summary>Whether a failure may be due to the host's end.</summary>
    public bool IsInterrupted => hostStopping.IsCancellationRequested || activityStop.IsCancellationRequested;

    public bool KeepsWaitingOrchestrations => options.KeepsWaitingOrchestrations;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Takes up everything that is pending. From now on events are accepted; nothing runs yet.</summary>
    public void Open()
    {
        var pending = Database.Read(db => (
            Activities: WorkTable.Activities(db),
            Timers: WorkTable.Timers(db),
            Receivers: MessageTable.Receivers(db),
            Scheduled: MessageTable.Scheduled(db),
            Entities: EntityTable.Receivers(db),
            EntityTimes: EntityTable.Scheduled(db)));
        pending.Activities.ForEach(Activities.Enqueue);
        pending.Timers.ForEach(timer => FireAt(timer.DueAt, timer.InstanceId, timer.ExecutionId, timer.TaskId));
        pending.Receivers.ForEach(id => Deliver(id, Delivery.Poke));
        pending.Scheduled.ForEach(each => Deliver(each.InstanceId, each.Message, each.At));
        pending.Entities.ForEach(WakeEntity);
        pending.EntityTimes.ForEach(each => WakeEntityAt(each.EntityId, each.At));
    }

    /// <summary>Begins to run.</summary>
    public void Start()
    {
        using var noFlow = ExecutionContext.SuppressFlow();
        activities = Activities.RunAsync(activityStop.Token);
        work = Task.WhenAll(Task.Run(() => timers.RunAsync(Stopping)), Task.Run(SweepAsync), Task.Run(PurgeOldAsync));
        started.TrySetResult();
    }

    /// <summary>Begins no more work, and returns when what runs has ended and the results of activities are stored.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await activityStop.CancelAsync();
        await activities.WaitAsync(cancellation);
        await stop.CancelAsync();
        await work.WaitAsync(cancellation);
        while (!turns.IsEmpty)
        {
            await Task.WhenAll(turns.Keys).WaitAsync(cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await activityStop.CancelAsync();
        await stop.CancelAsync();
        foreach (var instance in instances.Values)
        {
            instance.TryRetire(DateTimeOffset.MaxValue);
        }
    }

    /// <summary>Hands an event to an instance, now or at a time.</summary>
    public void Deliver(string instanceId, Delivery delivery, DateTimeOffset? at = null)
    {
        if (at is { } dueAt)
        {
            timers.Add(dueAt, () => Deliver(instanceId, delivery with { IsScheduled = true }));
            return;
        }

        InstanceActor actor;
        while (!(actor = instances.GetOrAdd(instanceId, id => new InstanceActor(id, this))).TryPost(delivery))
        {
            Forget(instanceId, actor);
        }
    }

    public void FireAt(DateTimeOffset dueAt, string instanceId, string executionId, int taskId) => timers.Add(dueAt, () =>
    {
        // A timer that was cancelled is no longer there.
        if (Database.Read(db => WorkTable.HasTimer(db, instanceId, executionId, taskId)))
        {
            Deliver(instanceId, new Delivery(0, executionId, new TimerFired(taskId)));
        }
    });

    public void WakeEntity(string entityId)
    {
        EntityActor actor;
        while (!(actor = entities.GetOrAdd(entityId, id => new EntityActor(id, this))).TryPoke())
        {
            entities.TryRemove(new KeyValuePair<string, EntityActor>(entityId, actor));
        }
    }

    public void WakeEntityAt(string entityId, DateTimeOffset at) => timers.Add(at, () => WakeEntity(entityId));

    /// <summary>Removes an actor that was given up.</summary>
    public void Forget(string instanceId, InstanceActor actor) =>
        instances.TryRemove(new KeyValuePair<string, InstanceActor>(instanceId, actor));

    /// <summary>Runs an actor's turns; the engine's stop waits for them.</summary>
    public void Run(Func<Task> turn)
    {
        // Nothing of whoever caused the turn flows into it: what it runs has a trace of its own.
        using var noFlow = ExecutionContext.SuppressFlow();
        var ended = new TaskCompletionSource();
        turns.TryAdd(ended.Task, true);
        _ = Task.Run(async () =>
        {
            await GuardAsync(turn);
            turns.TryRemove(ended.Task, out _);
            ended.SetResult();
        });
    }

    private async Task GuardAsync(Func<Task> turn)
    {
        try
        {
            await started.Task.WaitAsync(Stopping);
            await turn();
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException && Stopping.IsCancellationRequested)
        {
            Logger.LogDebug("A turn was left for the next start.");
        }
        catch (Exception error)
        {
            // What is in memory may no longer be what is stored; only a new start makes sure it is.
            Logger.LogCritical(error, "The durable engine cannot go on; the host stops.");
            fail(error);
        }
    }

    private async Task PurgeOldAsync()
    {
        if (options.Retention is { } retention)
        {
            await GuardAsync(() => new RetentionSweep(this, retention, time).RunAsync(Stopping));
        }
    }

    /// <summary>Gives up actors that have been idle for a while.</summary>
    private async Task SweepAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.IdleTimeout / 4, time, Stopping);
                var since = Now - options.IdleTimeout;
                foreach (var pair in instances.Where(pair => pair.Value.TryRetire(since)))
                {
                    instances.TryRemove(pair);
                }

                foreach (var pair in entities.Where(pair => pair.Value.TryRetire(since)))
                {
                    entities.TryRemove(pair);
                }
            }
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            Logger.LogDebug("The engine stops.");
        }
    }
}
