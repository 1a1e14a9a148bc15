using Microsoft.DurableTask;

namespace AgentFunctions.Leases;

/// <summary>Makes tool calls under the leases that they need. Orchestrator code: while a call waits for its lease, nothing runs.</summary>
internal static class LeasedCalls
{
    /// <summary>Makes a call. The call says itself whether it needs a lease, because only then its arguments are known.</summary>
    /// <typeparam name="TEnd">What the call comes to.</typeparam>
    /// <param name="context">The orchestration.</param>
    /// <param name="runId">Its run.</param>
    /// <param name="call">Makes the call, under a lease or without one.</param>
    /// <param name="need">The lease that the call needs and has not; then it was not made.</param>
    public static async Task<TEnd> MakeAsync<TEnd>(
        TaskOrchestrationContext context, string runId, Func<CallLease?, Task<TEnd>> call, Func<TEnd, LeaseNeed?> need)
    {
        var end = await call(null);
        while (need(end) is { } needed)
        {
            var grant = await AcquireAsync(context, runId, needed);
            try
            {
                end = await call(new CallLease(needed, grant));
            }
            finally
            {
                if (grant is not null)
                {
                    await context.Entities.SignalEntityAsync(LeaseEntity.For(needed.Key), LeaseEntity.Release, grant.Token);
                }
            }
        }

        return end;
    }

    private static async Task<LeaseGrant?> AcquireAsync(TaskOrchestrationContext context, string runId, LeaseNeed need)
    {
        var entity = LeaseEntity.For(need.Key);
        var ask = new LeaseAsk(context.NewGuid().ToString("N"), runId, context.InstanceId, need.Lasts);
        using var waiting = new CancellationTokenSource();

        // Before the ask: the answer may come while it is still on its way.
        var granted = context.WaitForExternalEvent<LeaseGrant>(LeaseEntity.GrantedEvent(ask.AskId), waiting.Token);
        if (await context.Entities.CallEntityAsync<LeaseGrant?>(entity, LeaseEntity.Acquire, ask) is { } atOnce)
        {
            waiting.Cancel();
            return atOnce;
        }

        var patience = context.CreateTimer(need.Waits, waiting.Token);
        var isGranted = await Task.WhenAny(granted, patience) == granted;

        // Not CancelAsync: that leaves the orchestrator's thread, and an orchestrator awaits only tasks of its context.
        waiting.Cancel();
        return isGranted ? await granted : await context.Entities.CallEntityAsync<LeaseGrant?>(entity, LeaseEntity.Withdraw, ask);
    }
}
