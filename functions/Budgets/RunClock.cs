using Microsoft.DurableTask;

namespace AgentFunctions.Budgets;

/// <summary>How long a run was at work, without the time in which it was paused for budget. Orchestrator code.</summary>
/// <param name="context">The run's orchestration.</param>
/// <param name="before">Seconds at work before this orchestration began.</param>
internal sealed class RunClock(TaskOrchestrationContext context, long before)
{
    private readonly DateTime start = context.CurrentUtcDateTime;
    private TimeSpan paused;
    private DateTime? stoppedAt;

    /// <summary>Whole seconds at work.</summary>
    public long Seconds => before + (long)((stoppedAt ?? context.CurrentUtcDateTime) - start - paused).TotalSeconds;

    /// <summary>The run is paused.</summary>
    public void Stop() => stoppedAt ??= context.CurrentUtcDateTime;

    /// <summary>The run goes on.</summary>
    public void GoOn()
    {
        paused += stoppedAt is { } since ? context.CurrentUtcDateTime - since : TimeSpan.Zero;
        stoppedAt = null;
    }
}
