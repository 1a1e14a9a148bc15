using System.Collections.Immutable;

namespace AgentFunctions.Queue;

/// <summary>
/// What the admission remembers: what goes on now and what each tenant has had. It grows with the runs that go on and with the tenants
/// that have some; what waits is in a store, so that a million waiting runs make no operation slower.
/// </summary>
public sealed record AdmissionState
{
    /// <summary>The share of a tenant that has just begun to have runs waiting: seconds of one slot at weight 1. Never falls.</summary>
    public double Virtual { get; init; }

    /// <summary>How many runs were admitted.</summary>
    public long Admissions { get; init; }

    /// <summary>Runs that hold a slot, by id.</summary>
    public ImmutableDictionary<string, AdmittedRun> Running { get; init; } = ImmutableDictionary<string, AdmittedRun>.Empty;

    /// <summary>Tenants that have runs, or have had more than the share at which others begin.</summary>
    public ImmutableDictionary<string, TenantShare> Tenants { get; init; } = ImmutableDictionary<string, TenantShare>.Empty;

    /// <summary>What runs of each agent have used, for what the next one may.</summary>
    public ImmutableDictionary<string, AgentUse> Agents { get; init; } = ImmutableDictionary<string, AgentUse>.Empty;

    /// <summary>What is left of each limited model's minute.</summary>
    public ImmutableDictionary<string, ModelRoom> Models { get; init; } = ImmutableDictionary<string, ModelRoom>.Empty;

    /// <summary>UTC time at which the admission wakes itself because a model has room again.</summary>
    public DateTimeOffset? WakesAt { get; init; }
}

/// <summary>A run that holds a slot.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Department">The department.</param>
/// <param name="Agent">The agent.</param>
/// <param name="Models">The models.</param>
/// <param name="InstanceId">Its orchestration.</param>
/// <param name="At">UTC time of the admission.</param>
/// <param name="Expected">What it is expected to use.</param>
public sealed record AdmittedRun(
    string Tenant,
    string? Department,
    string Agent,
    IReadOnlyList<string> Models,
    string InstanceId,
    DateTimeOffset At,
    AgentUse Expected);

/// <summary>What a tenant has had.</summary>
/// <param name="Used">By runs that hold a slot no more: seconds of one slot, divided by the tenant's weight.</param>
/// <param name="IsBacklogged">Whether it had runs waiting when somebody was admitted last.</param>
/// <param name="LastAdmission">The number of its last admission.</param>
/// <param name="IntervalSeconds">Mean time between its admissions, the later ones counting more.</param>
/// <param name="AdmittedAt">UTC time of its last one.</param>
public sealed record TenantShare(
    double Used, bool IsBacklogged = false, long LastAdmission = 0, double? IntervalSeconds = null, DateTimeOffset? AdmittedAt = null);

/// <summary>What a run uses.</summary>
/// <param name="Seconds">Seconds for which it holds its slot at a time.</param>
/// <param name="Requests">Calls of models.</param>
/// <param name="Tokens">Tokens of prompts and answers.</param>
public sealed record AgentUse(double Seconds, double Requests, double Tokens)
{
    /// <summary>Of an agent of which no run has ended yet.</summary>
    public static AgentUse Unknown { get; } = new(10, 1, 2048);
}

/// <summary>What is left of a model's minute; below 0 where runs have used more than was expected of them.</summary>
/// <param name="Requests">Calls.</param>
/// <param name="Tokens">Tokens.</param>
/// <param name="At">UTC time of that.</param>
public sealed record ModelRoom(double Requests, double Tokens, DateTimeOffset At);
