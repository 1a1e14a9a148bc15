using AgentFunctions.Local.DurableTask.Orchestrations;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask;

/// <summary>What an orchestrator works with: everything that is recorded, so that the code can be run again to the same effect.</summary>
public abstract class TaskOrchestrationContext
{
    private ILoggerFactory? replaySafeLoggers;

    /// <summary>The orchestrator's name.</summary>
    public abstract TaskName Name { get; }

    /// <summary>The instance's id.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The orchestration that called this one, if any.</summary>
    public abstract ParentOrchestrationInstance? Parent { get; }

    /// <summary>The time, the same in every replay, in UTC.</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether the code now repeats what it did before.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The version the instance was started with; empty when there was none.</summary>
    public virtual string Version => string.Empty;

    /// <summary>Entities, called, signalled and locked.</summary>
    public virtual TaskOrchestrationEntityFeature Entities =>
        throw new NotSupportedException($"{GetType()} does not support entities.");

    /// <summary>Makes loggers that keep silent during replays.</summary>
    public virtual ILoggerFactory ReplaySafeLoggerFactory => replaySafeLoggers ??= new ReplaySafeLoggerFactory(this, () => LoggerFactory);

    /// <summary>The loggers' factory.</summary>
    protected abstract ILoggerFactory LoggerFactory { get; }

    /// <summary>The orchestration's input.</summary>
    /// <typeparam name="T">The input's type.</typeparam>
    public abstract T? GetInput<T>();

    /// <summary>Calls an activity.</summary>
    /// <exception cref="TaskFailedException">The activity failed, in the last of its attempts.</exception>
    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivityAsync<object>(name, input, options);

    /// <summary>Calls an activity without input.</summary>
    /// <exception cref="TaskFailedException">The activity failed, in the last of its attempts.</exception>
    public virtual Task CallActivityAsync(TaskName name, TaskOptions options) => CallActivityAsync(name, null, options);

    /// <summary>Calls an activity without input.</summary>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <exception cref="TaskFailedException">The activity failed, in the last of its attempts.</exception>
    public virtual Task<TResult> CallActivityAsync<TResult>(TaskName name, TaskOptions options) =>
        CallActivityAsync<TResult>(name, null, options);

    /// <summary>Calls an activity.</summary>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <exception cref="TaskFailedException">The activity failed, in the last of its attempts.</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null);

    /// <summary>Waits, however long; the wait survives restarts.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="cancellationToken">Cancels the timer.</param>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken) =>
        CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>Waits until a time; the wait survives restarts.</summary>
    /// <param name="fireAt">Until when, in UTC.</param>
    /// <param name="cancellationToken">Cancels the timer.</param>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>Waits for an event. Events that arrived before are kept, oldest first; names are compared without regard to case.</summary>
    /// <typeparam name="T">The payload's type.</typeparam>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>Waits for an event, for some time.</summary>
    /// <typeparam name="T">The payload's type.</typeparam>
    /// <exception cref="TaskCanceledException">The event did not arrive in time.</exception>
    public Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout) =>
        WaitForExternalEvent<T>(eventName, timeout, CancellationToken.None);

    /// <summary>Waits for an event, for some time.</summary>
    /// <typeparam name="T">The payload's type.</typeparam>
    /// <exception cref="TaskCanceledException">The event did not arrive in time, or the wait was cancelled.</exception>
    public async Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timerEnd = new CancellationTokenSource();
        using var waitEnd = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = CreateTimer(timeout, timerEnd.Token);
        var wait = WaitForExternalEvent<T>(eventName, waitEnd.Token);
        var first = await Task.WhenAny(timer, wait);

        // Cancelled at once and here: another thread would break the order that replay relies on.
        (first == wait ? timerEnd : waitEnd).Cancel();
        return await wait;
    }

    /// <summary>Sends an event to another orchestration; nothing happens when it does not exist.</summary>
    public abstract void SendEvent(string instanceId, string eventName, object payload);

    /// <summary>Sets what status queries show of the orchestration's progress.</summary>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>Calls an orchestration and waits for its end.</summary>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <exception cref="TaskFailedException">It failed, in the last of its attempts, or was terminated.</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    /// <summary>Calls an orchestration without input and waits for its end.</summary>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <exception cref="TaskFailedException">It failed, in the last of its attempts, or was terminated.</exception>
    public virtual Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync<TResult>(orchestratorName, null, options);

    /// <summary>Calls an orchestration without input and waits for its end.</summary>
    /// <exception cref="TaskFailedException">It failed, in the last of its attempts, or was terminated.</exception>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync(orchestratorName, null, options);

    /// <summary>Calls an orchestration and waits for its end.</summary>
    /// <exception cref="TaskFailedException">It failed, in the last of its attempts, or was terminated.</exception>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallSubOrchestratorAsync<object>(orchestratorName, input, options);

    /// <summary>Starts the orchestration anew, with an empty history, once the orchestrator's code returns.</summary>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>Starts the orchestration anew, with an empty history, once the orchestrator's code returns.</summary>
    public virtual void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContinueAsNew(options.NewInput, options.PreserveUnprocessedEvents);
    }

    /// <summary>
    /// Compares the instance's version with another one: as <see cref="System.Version"/> when both are such, otherwise as texts
    /// without regard to case. No version is less than any.
    /// </summary>
    /// <returns>Less than 0, 0 or more than 0 as the instance's version is less than, equal to or greater than the other.</returns>
    public virtual int CompareVersionTo(string version) => Versions.Compare(Version, version);

    /// <summary>A new id, the same in every replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>A logger that keeps silent during replays.</summary>
    public virtual ILogger CreateReplaySafeLogger(string categoryName) => ReplaySafeLoggerFactory.CreateLogger(categoryName);

    /// <summary>A logger that keeps silent during replays.</summary>
    public virtual ILogger CreateReplaySafeLogger(Type type) => ReplaySafeLoggerFactory.CreateLogger(type);

    /// <summary>A logger that keeps silent during replays.</summary>
    /// <typeparam name="T">The category.</typeparam>
    public virtual ILogger CreateReplaySafeLogger<T>() => CreateReplaySafeLogger(typeof(T));
}
