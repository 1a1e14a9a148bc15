using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Budgets;

/// <summary>Shows a run as paused while all that it does waits for budget, and ends it where nobody raises the limit in time. Orchestrator code.</summary>
/// <param name="context">The run's orchestration.</param>
/// <param name="run">The run.</param>
/// <param name="clock">Its clock, which stands still meanwhile.</param>
/// <param name="background">Carries the wait for the expiry.</param>
internal sealed class BudgetPause(TaskOrchestrationContext context, RunHeader run, RunClock clock, Background background)
{
    private RunPause? current;
    private Action? raised;

    /// <summary>Whether the run is shown as paused.</summary>
    public bool IsOn => current is not null;

    /// <summary>The run waits.</summary>
    /// <param name="shortage">What for.</param>
    /// <param name="waiters">All of its own that waits.</param>
    public async Task BeginAsync(BudgetShortage shortage, IReadOnlyList<BudgetWaiter> waiters)
    {
        clock.Stop();
        DateTime? expiresAt = IsUpToThisRun(shortage) && run.Budget.PauseExpiry is { } longest ? context.CurrentUtcDateTime + longest : null;
        current = new RunPause(
            run.RunId,
            context.NewGuid().ToString("N"),
            shortage,
            [.. waiters.Where(waiter => waiter.Ask.StepId is not null).Select(waiter => new PausedStep(waiter.Ask.StepId!, waiter.Ask.StateHash))],
            expiresAt);
        await context.CallActivityAsync(nameof(PauseActivities.PauseForBudget), current, Activities.Retried);
        if (expiresAt is { } at)
        {
            _ = background.Start(() => ExpireAsync(at, current));
        }
    }

    /// <summary>The run has budget again; nothing changes where it was not paused.</summary>
    public async Task EndAsync()
    {
        if (current is not { } ended)
        {
            return;
        }

        clock.GoOn();
        current = null;
        raised?.Invoke();
        raised = null;
        await context.CallActivityAsync(nameof(PauseActivities.ResumeWithBudget), ended, Activities.Retried);
    }

    /// <summary>The run ends: nothing waits for the pause's expiry any more.</summary>
    public void Abandon() => raised?.Invoke();

    /// <summary>A pause for a level above is the root's to end; else each of hundreds of children would expire by itself.</summary>
    private bool IsUpToThisRun(BudgetShortage shortage) =>
        shortage.Id == run.RunId || (run.IsRoot && shortage.Scope is BudgetScope.Thread or BudgetScope.Department);

    private async Task ExpireAsync(DateTime at, RunPause pause)
    {
        using var raising = new CancellationTokenSource();

        // Not CancelAsync: that leaves the orchestrator's thread, and an orchestrator awaits only tasks of its context.
        raised = raising.Cancel;
        var timer = context.CreateTimer(at, raising.Token);
        await Task.WhenAny(timer);
        if (timer.IsCompletedSuccessfully)
        {
            await context.CallActivityAsync(nameof(PauseActivities.ExpirePausedRun), pause, Activities.Retried);
        }
    }
}
