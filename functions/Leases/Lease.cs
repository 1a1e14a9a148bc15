using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Leases;

/// <summary>The leases of one resource. Operations come one at a time, so no two calls are given the same resource, or the same token.</summary>
/// <param name="time">The clock.</param>
public sealed class Lease(TimeProvider time) : TaskEntity<LeaseState>
{
    /// <summary>The entity function.</summary>
    /// <param name="dispatcher">Hands the operation over.</param>
    [Function(LeaseEntity.Name)]
    public static Task DispatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Lease>();

    /// <summary>See <see cref="LeaseEntity.Acquire"/>.</summary>
    /// <param name="ask">The ask.</param>
    public LeaseGrant? Acquire(LeaseAsk ask) => Take(LeaseRules.Acquire(State, ask, time.GetUtcNow()));

    /// <summary>See <see cref="LeaseEntity.Withdraw"/>.</summary>
    /// <param name="ask">The ask.</param>
    public LeaseGrant? Withdraw(LeaseAsk ask) => Take(LeaseRules.Withdraw(State, ask));

    /// <summary>See <see cref="LeaseEntity.Renew"/>.</summary>
    /// <param name="renewal">The lease.</param>
    public LeaseGrant? Renew(LeaseRenewal renewal) => Take(LeaseRules.Renew(State, renewal, time.GetUtcNow()));

    /// <summary>See <see cref="LeaseEntity.Release"/>.</summary>
    /// <param name="token">The lease.</param>
    public void Release(long token) => Take(LeaseRules.Release(State, token, time.GetUtcNow()));

    /// <summary>See <see cref="LeaseEntity.Expire"/>.</summary>
    /// <param name="token">The lease.</param>
    public void Expire(long token) => Take(LeaseRules.Expire(State, token, time.GetUtcNow()));

    /// <summary>See <see cref="LeaseEntity.Forget"/>.</summary>
    /// <param name="runIds">The runs.</param>
    public void Forget(string[] runIds) => Take(LeaseRules.Forget(State, runIds));

    /// <inheritdoc/>
    protected override LeaseState InitializeState(TaskEntityOperation entityOperation) => new();

    private LeaseGrant? Take(LeaseTurn turn)
    {
        State = turn.State;
        if (turn.Timer is { } lease)
        {
            Context.SignalEntity(Context.Id, LeaseEntity.Expire, lease.Token, new SignalEntityOptions { SignalTime = lease.ExpiresAt });
        }

        if (turn.Told is { } told)
        {
            Context.ScheduleNewOrchestration(nameof(LeaseOrchestrations.TellLease), new LeaseNews(told.ReplyTo, turn.State.Holder!));
        }

        return turn.Answer;
    }
}

/// <summary>A lease that somebody has waited for.</summary>
/// <param name="To">Instance id of the orchestration that waits.</param>
/// <param name="Grant">The lease.</param>
public sealed record LeaseNews(string To, LeaseGrant Grant);

/// <summary>Tells orchestrations what an entity cannot tell them itself.</summary>
public static class LeaseOrchestrations
{
    /// <summary>Tells who waits that it has the lease. Input: <see cref="LeaseNews"/>.</summary>
    /// <param name="context">The orchestration.</param>
    [Function(nameof(TellLease))]
    public static Task TellLease([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var news = context.GetInput<LeaseNews>()!;
        context.SendEvent(news.To, LeaseEntity.GrantedEvent(news.Grant.AskId), news.Grant);
        return Task.CompletedTask;
    }
}
