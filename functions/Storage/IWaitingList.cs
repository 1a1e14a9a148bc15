using System.Text.Json.Serialization;
using AgentFunctions.Runs;

namespace AgentFunctions.Storage;

/// <summary>
/// The runs that wait to be admitted, in an order of their own. It is an index, not the truth: for a short time it may still hold a run
/// that waits no more, so who admits a run asks its record first. A partition for each lane, and in it a row for each run by its rank,
/// is all that it needs of a store; nothing of it is read as a whole.
/// </summary>
public interface IWaitingList
{
    /// <summary>Adds runs; a run that is in the list gets its new place.</summary>
    /// <param name="waiting">The runs.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task AddAsync(IReadOnlyCollection<WaitingRun> waiting, CancellationToken cancellationToken);

    /// <summary>Removes runs; those that are not in the list are nobody's fault.</summary>
    /// <param name="runIds">The runs.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task RemoveAsync(IReadOnlyCollection<string> runIds, CancellationToken cancellationToken);

    /// <summary>The first runs of each lane, each lane's in their order.</summary>
    /// <param name="perLane">Most runs of a lane.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<WaitingRun>> HeadsAsync(int perLane, CancellationToken cancellationToken);

    /// <summary>The runs of a lane behind one of them, in their order.</summary>
    /// <param name="last">That run.</param>
    /// <param name="count">Most runs.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<WaitingRun>> BehindAsync(WaitingRun last, int count, CancellationToken cancellationToken);

    /// <summary>Where a run stands among those of its tenant; <see langword="null"/> where it does not wait.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<WaitingPlace?> FindAsync(string runId, CancellationToken cancellationToken);

    /// <summary>How many wait, for each tenant and priority.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<WaitingCount>> CountAsync(CancellationToken cancellationToken);

    /// <summary>How many runs of a tenant were accepted and have not started, in the list or on their way to it.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="most">Counts no further than this.</param>
    /// <param name="without">Runs that are not counted.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<int> DepthAsync(string tenant, int most, IReadOnlyCollection<string> without, CancellationToken cancellationToken);

    /// <summary>Root runs that were accepted before a time, have not started and are not in the list, oldest first.</summary>
    /// <param name="before">The time, UTC.</param>
    /// <param name="most">Most runs.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<RunRecord>> UnlistedAsync(DateTimeOffset before, int most, CancellationToken cancellationToken);
}

/// <summary>What happens when a run is admitted.</summary>
public enum AdmissionWay
{
    /// <summary>Its orchestration is started.</summary>
    Start,

    /// <summary>Its orchestration, which waits for that, is told.</summary>
    Wake,

    /// <summary>Its orchestrations are resumed.</summary>
    Resume,
}

/// <summary>A run that waits to be admitted.</summary>
/// <param name="RunId">The run, a root.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="Department">The department of its thread.</param>
/// <param name="Agent">The agent.</param>
/// <param name="Models">The models that its agent and those that it may spawn use, in alphabetical order.</param>
/// <param name="Priority">How urgent it is.</param>
/// <param name="Since">UTC time at which it was accepted.</param>
/// <param name="InstanceId">Its orchestration.</param>
/// <param name="Way">What happens when it is admitted.</param>
public sealed record WaitingRun(
    string RunId,
    string Tenant,
    string? Department,
    string Agent,
    IReadOnlyList<string> Models,
    RunPriority Priority,
    DateTimeOffset Since,
    string InstanceId,
    AdmissionWay Way = AdmissionWay.Start)
{
    /// <summary>
    /// Its place among the runs of its tenant: the lower goes first. UTC milliseconds; <see cref="Queue.AdmissionSettings.Rank"/> says how
    /// priority and age come together in it.
    /// </summary>
    public long Rank { get; init; }

    /// <summary>
    /// What all limits are the same for: tenant, department, agent and models. Where the first of a lane cannot be admitted, none behind
    /// it can.
    /// </summary>
    [JsonIgnore]
    public string Lane => $"{Tenant}|{Department}|{Agent}|{string.Join(',', Models)}";

    /// <summary>Whether it has been admitted before and gave its place up while it waited for a human, for budget or suspended.</summary>
    [JsonIgnore]
    public bool GoesOn => Way != AdmissionWay.Start;
}

/// <summary>Where a run stands.</summary>
/// <param name="Run">The run.</param>
/// <param name="Position">From 1: how many of its tenant are to be admitted up to it.</param>
public sealed record WaitingPlace(WaitingRun Run, int Position);

/// <summary>How many runs wait.</summary>
/// <param name="Tenant">Of this tenant.</param>
/// <param name="Priority">Of this priority.</param>
/// <param name="Count">How many.</param>
/// <param name="Oldest">UTC time at which the oldest of them was accepted.</param>
public sealed record WaitingCount(string Tenant, RunPriority Priority, int Count, DateTimeOffset Oldest);
