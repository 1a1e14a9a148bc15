using System.Text.Json;
using AgentFunctions;
using AgentFunctions.Runs;
using LogisticsStorm.Dispatching;
using LogisticsStorm.Driver.Following;

namespace LogisticsStorm.Driver.Totals;

/// <summary>What a storm came to; with --json the last line of stdout.</summary>
internal sealed record StormTotals
{
    /// <summary>Whether every check holds.</summary>
    public bool Holds => Checks.All(check => check.Holds);

    /// <summary>The storm.</summary>
    public required string StormId { get; init; }

    /// <summary>Its seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Requests that were accepted.</summary>
    public required int Accepted { get; init; }

    /// <summary>Runs that reached their goal.</summary>
    public required int Completed { get; init; }

    /// <summary>Runs that ended otherwise, each with its reason.</summary>
    public required int Failed { get; init; }

    /// <summary>Runs that wait for a human.</summary>
    public required int Waiting { get; init; }

    /// <summary>Accepted runs that are none of these.</summary>
    public required int Lost { get; init; }

    /// <summary>Why runs failed, and how many of them.</summary>
    public required IReadOnlyDictionary<string, int> FailureReasons { get; init; }

    /// <summary>Trucks that were sent.</summary>
    public required int Dispatches { get; init; }

    /// <summary>Trucks that were sent to two places at once.</summary>
    public required int DoubleDispatches { get; init; }

    /// <summary>What the models cost, USD.</summary>
    public required decimal CostUsd { get; init; }

    /// <summary>From acceptance to the end, of the runs that have ended; seconds.</summary>
    public required Percentiles? LatencySeconds { get; init; }

    /// <summary>Each tenant.</summary>
    public required IReadOnlyList<TenantCounts> Tenants { get; init; }

    /// <summary>How long each tenant waited beside its fair share.</summary>
    public required IReadOnlyList<FairShare> FairShares { get; init; }

    /// <summary>From acceptance to admission, by priority; seconds.</summary>
    public required IReadOnlyDictionary<RunPriority, Percentiles> WaitByPriority { get; init; }

    /// <summary>Seconds from the first request to the last one.</summary>
    public required double SendSeconds { get; init; }

    /// <summary>Seconds from the first request until the last one was accepted.</summary>
    public required double AcceptSeconds { get; init; }

    /// <summary>Seconds from the first request until all runs were settled.</summary>
    public required double TotalSeconds { get; init; }

    /// <summary>Accepted requests ÷ <see cref="TotalSeconds"/> × 60.</summary>
    public required double RunsPerMinute { get; init; }

    /// <summary>Answers 429 or 503 that asked to come again later.</summary>
    public required int Overloads { get; init; }

    /// <summary>How often the host was killed.</summary>
    public required int Kills { get; init; }

    /// <summary>Seconds from the kill until the next process was ready.</summary>
    public required double? RestartSeconds { get; init; }

    /// <summary>The host's memory.</summary>
    public required MemoryUse Memory { get; init; }

    /// <summary>Most MB that the host's garbage-collected heap could take.</summary>
    public required int HeapLimitMb { get; init; }

    /// <summary>Most model calls under way at the same time.</summary>
    public required int PeakModelCalls { get; init; }

    /// <summary>Most that may be.</summary>
    public required int ModelCallLimit { get; init; }

    /// <summary>What must hold.</summary>
    public required IReadOnlyList<Check> Checks { get; init; }

    /// <summary>Adds everything up.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="session">The storm.</param>
    /// <param name="outcome">What is known in the end.</param>
    /// <param name="monitor">The monitoring agent.</param>
    /// <param name="follower">Who has followed and killed.</param>
    /// <param name="seconds">Seconds from the first request until all runs were settled.</param>
    public static StormTotals Of(StormOptions options, Session session, Outcome outcome, MonitoringAgent monitor, Follower follower, double seconds) => new()
    {
        StormId = session.StormId,
        Seed = session.Seed,
        Accepted = outcome.Accepted.Count,
        Completed = outcome.Completed,
        Failed = outcome.Failed,
        Waiting = outcome.Waiting,
        Lost = outcome.Lost,
        FailureReasons = outcome.FailureReasons,
        Dispatches = outcome.Ledger.Count,
        DoubleDispatches = LedgerInvariants.DoubleDispatches(outcome.Ledger).Count(),
        CostUsd = outcome.Last.Spent.Values.Sum(),
        LatencySeconds = Percentiles.Of(outcome.Last.Runs.Values
            .Where(run => run.CompletedAt is not null)
            .Select(run => run.CompletedAt!.Value - run.CreatedAt)),
        Tenants = outcome.Last.Tenants,
        FairShares = outcome.Shares,
        WaitByPriority = outcome.WaitByPriority,
        SendSeconds = Math.Round(monitor.SendSeconds, 3),
        AcceptSeconds = Math.Round(monitor.AcceptSeconds, 3),
        TotalSeconds = Math.Round(seconds, 3),
        RunsPerMinute = Math.Round(outcome.Accepted.Count / seconds * 60, 1),
        Overloads = monitor.Overloads,
        Kills = follower.RestartSeconds is null ? 0 : 1,
        RestartSeconds = follower.RestartSeconds,
        Memory = outcome.Memory,
        HeapLimitMb = options.HeapMb,
        PeakModelCalls = outcome.PeakModelCalls,
        ModelCallLimit = outcome.ModelCallLimit,
        Checks = outcome.Checks(),
    };

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, WithNulls);

    private static readonly JsonSerializerOptions WithNulls = new(AgentJson.Options)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never,
    };
}
