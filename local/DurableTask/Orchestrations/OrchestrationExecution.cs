using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>One execution of an orchestration in memory: its code, stopped where it waits, and what it waits for.</summary>
internal sealed class OrchestrationExecution(
    string instanceId, IDurableFunctions functions, ILoggerFactory loggers, string? traceParent, Action onStrayed)
{
    private readonly OrchestratorScheduler scheduler = new(onStrayed);
    private readonly List<HistoryEvent> kept = [];
    private OrchestratorCode? code;
    private LocalOrchestrationContext? context;
    private ExecutionStarted? start;
    private ExecutionCompleted? completion;
    private DateTimeOffset now;
    private bool isReplaying;
    private bool isSuspended;
    private bool terminatesChildren;

    /// <summary>The call that this execution answers, if any.</summary>
    public ParentTask? Parent => (start ?? kept.OfType<ExecutionStarted>().FirstOrDefault())?.Parent;

    /// <summary>Whether the code came back from a wait for something that is not durable, so that it is to be failed.</summary>
    public bool HasStrayed { get; set; }

    /// <summary>Rebuilds the state from a history.</summary>
    public async Task ReplayAsync(IEnumerable<HistoryEvent> history)
    {
        isReplaying = true;
        try
        {
            foreach (var each in history)
            {
                await GiveAsync(each);
            }

            CheckAllRecorded();
        }
        catch (Exception error)
        {
            Complete(InstanceStatus.Failed, null, FailureDetails.Of(error));
            context?.TakeActions();
        }

        isReplaying = false;
    }

    /// <summary>Whether the code, given a history, asks for just what the history says; the execution is of no use after that.</summary>
    public async Task<bool> RepeatsAsync(IEnumerable<HistoryEvent> history)
    {
        await ReplayAsync(history);
        Unload();
        return completion is null;
    }

    /// <summary>Gives the code new events and tells what came of it.</summary>
    public async Task<TurnOutcome> RunTurnAsync(DateTimeOffset time, IEnumerable<HistoryEvent> incoming)
    {
        var events = new List<HistoryEvent> { new TurnStarted(time) };
        await GiveAsync(events[0]);
        foreach (var each in incoming)
        {
            events.Add(each);
            await GiveSafelyAsync(each);
        }

        await FinishAsync();
        events.AddRange(context?.TakeActions() ?? []);
        var next = completion is null ? Next() : null;
        if (completion is not null)
        {
            events.Add(completion);
        }

        return new TurnOutcome
        {
            Events = events,
            Status = completion?.Status ?? Status(),
            Completion = completion,
            TerminatesChildren = terminatesChildren,
            Next = next,
            CarriedEvents = next is not null && context!.Next!.KeepsEvents ? Unprocessed() : [],
            CancelledTimers = context?.TakeCancelledTimers() ?? [],
            CustomStatus = context?.CustomStatus,
        };
    }

    /// <summary>Drops the code.</summary>
    public void Unload() => code?.Unload();

    /// <summary>
    /// Whether the code has ended, and with it everything that it asked for and did not wait for. To continue as new, nothing is waited
    /// for: the results of what is still open are discarded.
    /// </summary>
    private bool IsOver => code?.HasEnded == true && (context?.Next is not null || context!.OpenTasks.HoldNothing);

    private InstanceStatus Status() => isSuspended ? InstanceStatus.Suspended
        : start is null ? InstanceStatus.Pending
        : InstanceStatus.Running;

    private ExecutionStarted? Next() => IsOver && context?.Next is { } next ? start! with { Input = next.Input, Version = next.Version ?? start.Version } : null;

    private List<EventRaised> Unprocessed() =>
        [.. context!.ExternalEvents.Unprocessed.Select(each => new EventRaised(each.Name, each.Payload))];

    /// <summary>Code that throws where nothing awaits it, as in an async void method, fails its orchestration and not the host.</summary>
    private async Task GiveSafelyAsync(HistoryEvent each)
    {
        try
        {
            await GiveAsync(each);
        }
        catch (Exception error)
        {
            Complete(InstanceStatus.Failed, null, FailureDetails.Of(error));
        }
    }

    private async Task GiveAsync(HistoryEvent each)
    {
        switch (each)
        {
            case TurnStarted turn:
                if (isReplaying)
                {
                    CheckAllRecorded();
                }

                now = turn.At;
                SetClock();
                break;
            case ExecutionRewound:
            case ExecutionStarted when start is not null || kept.Exists(other => other is ExecutionStarted):
                break;
            case ActionEvent action:
                context!.Match(action);
                break;
            case ExecutionTerminated terminated:
                terminatesChildren = terminated.Recursive;
                Complete(InstanceStatus.Terminated, terminated.Output, null);
                break;
            case ExecutionSuspended:
                isSuspended = true;
                break;
            case ExecutionResumed:
                isSuspended = false;
                await ApplyKeptAsync();
                break;
            default:
                kept.Add(each);
                await ApplyKeptAsync();
                break;
        }
    }

    /// <summary>Applies what waits for the orchestration's start, or for it to be resumed.</summary>
    private async Task ApplyKeptAsync()
    {
        if (isSuspended || (start is null && !kept.Exists(each => each is ExecutionStarted)))
        {
            return;
        }

        var events = kept.OrderBy(each => each is not ExecutionStarted).ToList();
        kept.Clear();
        foreach (var each in events)
        {
            await ApplyAsync(each);
        }
    }

    private async Task ApplyAsync(HistoryEvent each)
    {
        if (completion is not null || IsOver)
        {
            ApplyLate(each);
            return;
        }

        if (each is ExecutionStarted started)
        {
            await StartAsync(started);
        }
        else
        {
            SetClock();
            scheduler.Run(() => Apply(each));
        }
    }

    /// <summary>When all is over, events matter only to the next execution, and locks only to be released.</summary>
    private void ApplyLate(HistoryEvent each)
    {
        switch (each)
        {
            case EventRaised late:
                context?.ExternalEvents.Keep(late.Name, late.Payload);
                break;
            case LockGranted granted:
                context?.AdoptLock(granted);
                break;
        }
    }

    private void Apply(HistoryEvent each)
    {
        switch (each)
        {
            case TaskCompleted done:
                context!.OpenTasks.Complete(done.TaskId, done.Result);
                break;
            case TaskFailed failed:
                context!.OpenTasks.Fail(failed.TaskId, failed.Failure);
                break;
            case ChildCompleted done:
                context!.OpenTasks.Complete(done.TaskId, done.Result);
                break;
            case ChildFailed failed:
                context!.OpenTasks.Fail(failed.TaskId, failed.Failure);
                break;
            case TimerFired fired:
                context!.OpenTasks.Complete(fired.TaskId, null);
                break;
            case EntityCompleted done:
                context!.OpenTasks.Complete(done.TaskId, done.Result);
                break;
            case EntityFailed failed:
                context!.OpenTasks.Fail(failed.TaskId, failed.Failure);
                break;
            case LockGranted granted:
                context!.CompleteLock(granted);
                break;
            case EventRaised raised:
                context!.ExternalEvents.Raise(raised.Name, raised.Payload);
                break;
            default:
                throw new InvalidOperationException($"An orchestration is not given a {each.GetType().Name}.");
        }
    }

    private async Task StartAsync(ExecutionStarted started)
    {
        start = started;
        context = new LocalOrchestrationContext(instanceId, started, scheduler, functions, loggers);
        SetClock();
        if (!functions.HasOrchestrator(started.Name))
        {
            var missing = new TaskFailureDetails(
                ErrorTypes.OrchestratorNotFound, $"There is no orchestrator '{started.Name}'.", null, null, null);
            Complete(InstanceStatus.Failed, null, missing);
            return;
        }

        code = new OrchestratorCode(scheduler);
        await code.StartAsync(run => functions.RunOrchestratorAsync(context, body => run(() => ReleasingLocksAsync(body)), traceParent));
    }

    /// <summary>Runs the code and releases what it leaves locked, as a part of the code so that a replay does the same.</summary>
    private async Task<object?> ReleasingLocksAsync(Func<Task<object?>> body)
    {
        try
        {
            return await body();
        }
        finally
        {
            context!.ReleaseLocks();
        }
    }

    private async Task FinishAsync()
    {
        if (completion is null && (HasStrayed || scheduler.HasStrayed))
        {
            Complete(InstanceStatus.Failed, null, FailureDetails.Of(Determinism.Strayed(instanceId)));
        }
        else if (completion is null && code is not null && !code.HasEnded && IsStuck())
        {
            Complete(InstanceStatus.Failed, null, FailureDetails.Of(Determinism.Strayed(instanceId)));
        }
        else if (completion is null && IsOver)
        {
            await EndAsync();
        }

        if (completion is not null)
        {
            kept.ForEach(ApplyLate);
            scheduler.Run(() => context?.ReleaseLocks());
            code?.Unload();
        }
    }

    private bool IsStuck() => !isSuspended && context!.OpenTasks.Count == 0 && !context.ExternalEvents.AreAwaited;

    private async Task EndAsync()
    {
        try
        {
            var result = await code!.FinishAsync();
            scheduler.Run(context!.ReleaseLocks);
            if (context.Next is null)
            {
                Complete(InstanceStatus.Completed, functions.Converter.Serialize(result), null);
            }
        }
        catch (Exception error)
        {
            Complete(InstanceStatus.Failed, null, FailureDetails.Of(error));
        }
    }

    private void Complete(InstanceStatus status, string? output, TaskFailureDetails? failure) =>
        completion ??= new ExecutionCompleted(status, output, failure);

    private void SetClock()
    {
        if (context is not null)
        {
            context.Now = now;
            context.Replaying = isReplaying;
        }
    }

    private void CheckAllRecorded()
    {
        if (context?.NewActions.FirstOrDefault() is { } unrecorded)
        {
            throw Determinism.Violated(instanceId, null, unrecorded);
        }
    }
}
