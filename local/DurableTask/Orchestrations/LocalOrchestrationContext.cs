using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>What an orchestrator's code works with: it turns calls into actions and events into answers.</summary>
internal sealed class LocalOrchestrationContext : TaskOrchestrationContext
{
    private readonly Dictionary<int, ActionEvent> actions = [];
    private readonly List<int> cancelledTimers = [];
    private readonly OrchestratorScheduler scheduler;
    private readonly NewGuids guids;
    private readonly ExecutionStarted start;
    private readonly LocalEntityFeature entities;
    private readonly string? defaultVersion;
    private int nextTaskId;

    public LocalOrchestrationContext(
        string instanceId,
        ExecutionStarted start,
        OrchestratorScheduler scheduler,
        IDurableFunctions functions,
        ILoggerFactory loggers)
    {
        InstanceId = instanceId;
        this.start = start;
        this.scheduler = scheduler;
        Converter = functions.Converter;
        defaultVersion = functions.DefaultVersion;
        LoggerFactory = loggers;
        guids = new NewGuids(instanceId);
        ExternalEvents = new ExternalEvents(Converter);
        entities = new LocalEntityFeature(this);
    }

    public override TaskName Name => start.Name;

    public override string InstanceId { get; }

    public override string Version => start.Version ?? string.Empty;

    public override ParentOrchestrationInstance? Parent =>
        start.Parent is { } parent ? new ParentOrchestrationInstance(parent.Name, parent.InstanceId) : null;

    public override DateTime CurrentUtcDateTime => Now.UtcDateTime;

    public override bool IsReplaying => Replaying;

    public override TaskOrchestrationEntityFeature Entities => entities;

    public DataConverter Converter { get; }

    public OpenTasks OpenTasks { get; } = new();

    public ExternalEvents ExternalEvents { get; }

    public DateTimeOffset Now { get; set; }

    public bool Replaying { get; set; }

    public string? CustomStatus { get; private set; }

    /// <summary>The input of the next execution, if the code asked for one.</summary>
    public NextExecution? Next { get; private set; }

    /// <summary>Actions that the history does not have yet.</summary>
    public IReadOnlyCollection<ActionEvent> NewActions => actions.Values;

    protected override ILoggerFactory LoggerFactory { get; }

    public override T? GetInput<T>()
        where T : default => Converter.Deserialize<T>(start.Input);

    public object? Input(Type type) => Converter.Deserialize(start.Input, type);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        RefuseOptionsAsInput(input, options);
        var serialized = Converter.Serialize(input);
        return Retries.RunAsync(this, options?.Retry, () => CallAsync<TResult>(id => new TaskScheduled(id, name, serialized)));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        RefuseOptionsAsInput(input, options);
        entities.RefuseSubOrchestrationInCriticalSection();
        var instanceId = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        InstanceIds.RefuseEntity(instanceId);
        var version = ((options as SubOrchestrationOptions)?.Version ?? options?.Version) is { } given ? given.Version : defaultVersion;
        var tags = options?.Tags is { Count: > 0 } some ? new Dictionary<string, string>(some) : null;
        var serialized = Converter.Serialize(input);
        return Retries.RunAsync(
            this,
            options?.Retry,
            () => CallAsync<TResult>(id => new ChildScheduled(id, instanceId, orchestratorName, serialized, version) { Tags = tags }));
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var dueAt = new DateTimeOffset(fireAt.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(fireAt, DateTimeKind.Utc) : fireAt);
        if (cancellationToken.IsCancellationRequested)
        {
            throw new TaskCanceledException(message: null, innerException: null, cancellationToken);
        }

        var timer = Act(id => new TimerCreated(id, dueAt.ToUniversalTime()));
        var fired = OpenTasks.Open(timer);
        using var cancel = cancellationToken.Register(() => CancelTimer(timer.TaskId, cancellationToken));
        await fired;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        RefuseForeignThread();
        return ExternalEvents.WaitAsync<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        InstanceIds.RefuseEntity(instanceId);
        var serialized = Converter.Serialize(payload);
        Act(id => new EventSent(id, instanceId, eventName, serialized));
    }

    public override void SetCustomStatus(object? customStatus) => CustomStatus = Converter.Serialize(customStatus);

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        RefuseForeignThread();
        Next = new NextExecution(
            Converter.Serialize(options.NewInput),
            options.PreserveUnprocessedEvents,
            string.IsNullOrWhiteSpace(options.NewVersion) ? null : options.NewVersion);
    }

    public override Guid NewGuid()
    {
        RefuseForeignThread();
        return guids.Next(CurrentUtcDateTime);
    }

    /// <summary>Records an action under the next number.</summary>
    public T Act<T>(Func<int, T> make)
        where T : ActionEvent
    {
        RefuseForeignThread();
        var action = make(nextTaskId++);
        actions.Add(action.TaskId, action);
        return action;
    }

    /// <summary>Holds an action of the history against what the code did.</summary>
    /// <exception cref="global::DurableTask.Core.Exceptions.NonDeterministicOrchestrationException">They differ.</exception>
    public void Match(ActionEvent recorded)
    {
        if (!actions.Remove(recorded.TaskId, out var action)
            || !action.Describe().Equals(recorded.Describe(), StringComparison.OrdinalIgnoreCase))
        {
            throw Determinism.Violated(InstanceId, recorded, action);
        }
    }

    /// <summary>The new actions in their order; from now on they are part of the history.</summary>
    public List<ActionEvent> TakeActions()
    {
        var taken = actions.Values.OrderBy(action => action.TaskId).ToList();
        actions.Clear();
        return taken;
    }

    public List<int> TakeCancelledTimers()
    {
        var taken = cancelledTimers.ToList();
        cancelledTimers.Clear();
        return taken;
    }

    /// <summary>Releases what the code has left locked.</summary>
    public void ReleaseLocks() => entities.ReleaseAll();

    public void AdoptLock(LockGranted granted) => entities.Adopt(granted);

    public void CompleteLock(LockGranted granted) => entities.Complete(granted);

    private async Task<TResult> CallAsync<TResult>(Func<int, ActionEvent> make)
    {
        var result = await OpenTasks.Open(Act(make));
        return Converter.Deserialize<TResult>(result)!;
    }

    private void CancelTimer(int taskId, CancellationToken cancellation)
    {
        if (OpenTasks.Cancel(taskId, cancellation))
        {
            cancelledTimers.Add(taskId);
        }
    }

    private void RefuseForeignThread()
    {
        if (!scheduler.IsCurrent)
        {
            throw new InvalidOperationException(
                $"Orchestrator '{Name}' used its context on another thread. An orchestrator awaits only tasks of its context.");
        }
    }

    private static void RefuseOptionsAsInput(object? input, TaskOptions? options)
    {
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException("Options were given as the input.", nameof(input));
        }
    }
}

/// <summary>How an execution that continues as new begins.</summary>
/// <param name="Input">Its input.</param>
/// <param name="KeepsEvents">Whether it is given the events that nobody took.</param>
/// <param name="Version">Its version; the one of the execution before when null.</param>
internal sealed record NextExecution(string? Input, bool KeepsEvents, string? Version);
