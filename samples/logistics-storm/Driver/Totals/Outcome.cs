using System.Globalization;
using AgentFunctions.Http.Views;
using AgentFunctions.Runs;
using LogisticsStorm.Dispatching;
using LogisticsStorm.Driver.Following;
using LogisticsStorm.Network;

namespace LogisticsStorm.Driver.Totals;

/// <summary>What is known in the end.</summary>
/// <param name="Scenario">The storm.</param>
/// <param name="Accepted">The accepted requests by run.</param>
/// <param name="Last">Where the runs stand.</param>
/// <param name="Asking">Runs with a question open.</param>
/// <param name="Ledger">The ledger of dispatches.</param>
/// <param name="Notifications">The cargo of each notification that a carrier took.</param>
/// <param name="Memory">The host's memory.</param>
/// <param name="PeakModelCalls">Most model calls under way at the same time.</param>
/// <param name="ModelCallLimit">Most that may be.</param>
/// <param name="Slots">Most runs at the same time.</param>
/// <param name="Shares">How long each tenant waited beside its fair share.</param>
internal sealed record Outcome(
    StormScenario Scenario,
    IReadOnlyDictionary<string, ReplanningRequest> Accepted,
    Snapshot Last,
    IReadOnlySet<string> Asking,
    IReadOnlyList<Dispatch> Ledger,
    IReadOnlyList<string> Notifications,
    MemoryUse Memory,
    int PeakModelCalls,
    int ModelCallLimit,
    int Slots,
    IReadOnlyList<FairShare> Shares)
{
    /// <summary>With fewer requests most are admitted as they come.</summary>
    private const int LeastRequestsForEachSlot = 4;

    /// <summary>Waits of runs that did not have to wait differ by as much.</summary>
    private const double NoiseSeconds = 2;

    /// <summary>Runs that reached their goal.</summary>
    public int Completed => Count(run => run.Status == RunStatus.Completed);

    /// <summary>Runs that ended otherwise, with a reason.</summary>
    public int Failed => Count(HasFailed);

    /// <summary>Runs that wait for a human, with a question that one can answer.</summary>
    public int Waiting => Count(run => run.Status == RunStatus.Waiting && Asking.Contains(run.RunId));

    /// <summary>Accepted runs that are none of these.</summary>
    public int Lost => Accepted.Count - Completed - Failed - Waiting;

    /// <summary>Why runs failed: tool and kind of the failure, without the details of each.</summary>
    public IReadOnlyDictionary<string, int> FailureReasons => Runs
        .Where(HasFailed)
        .CountBy(run => string.Join(':', run.Reason!.Split(':').Take(2)))
        .OrderByDescending(reason => reason.Value)
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>What must hold.</summary>
    public IReadOnlyList<Check> Checks() =>
    [
        new("everyRequestAccepted", Accepted.Count == Scenario.Requests.Count, $"{Accepted.Count} runs for {Scenario.Requests.Count} requests"),
        new("nothingLost", Lost == 0, $"{Accepted.Count} accepted = {Completed} completed + {Failed} failed with reason + {Waiting} waiting for a human; {Lost} lost"),
        new("noOtherRuns", Last.Runs.Keys.All(Accepted.ContainsKey), $"{Last.Runs.Count} runs are on record"),
        NoDoubleDispatch(),
        LedgerHolds(),
        DispatchesFitRuns(),
        new("customersToldOnce", Notifications.Count == Notifications.Distinct(StringComparer.Ordinal).Count(), $"{Notifications.Count} notifications"),
        new("modelCallsWithinLimit", PeakModelCalls <= ModelCallLimit, $"{PeakModelCalls} at the same time, {ModelCallLimit} allowed"),
        WaitsNoLongerThanItsShare(),
        UrgentFirst(),
        new("memoryFlat", Memory.IsFlat ?? true, Memory.IsFlat is null ? $"fewer than {MemoryUse.LeastSettled} runs since the last start tell nothing; {Memory.PeakMb} MB at most" : $"{Memory.EarlyMb} MB early, {Memory.LateMb} MB late, {Memory.PeakMb} MB at most"),
    ];

    private IEnumerable<RunSummary> Runs => Accepted.Keys.Select(id => Last.Runs.GetValueOrDefault(id)).OfType<RunSummary>();

    private int Count(Func<RunSummary, bool> which) => Runs.Count(which);

    private static bool HasFailed(RunSummary run) =>
        run.Status is RunStatus.Failed or RunStatus.Canceled or RunStatus.Expired && !string.IsNullOrWhiteSpace(run.Reason);

    /// <summary>Waits, by priority, the most urgent first.</summary>
    public IReadOnlyDictionary<RunPriority, Percentiles> WaitByPriority => Runs
        .Where(run => run.AdmittedAt is not null)
        .GroupBy(run => run.Priority, run => run.AdmittedAt!.Value - run.CreatedAt)
        .OrderBy(group => group.Key)
        .ToDictionary(group => group.Key, group => Percentiles.Of(group)!);

    private Check WaitsNoLongerThanItsShare() => new(
        "everyTenantGetsItsShare",
        Shares.All(share => share.Holds),
        string.Join("; ", Shares.Select(share => string.Create(
            CultureInfo.InvariantCulture,
            $"{share.Tenant} (weight {share.Weight}) was through after {share.LastAdmittedSeconds:0.0} s, fair {share.FairSeconds:0.0} s, bound {share.BoundSeconds:0.0} s"))));

    private Check UrgentFirst()
    {
        var waits = WaitByPriority;
        if (Accepted.Count < LeastRequestsForEachSlot * Slots)
        {
            return new("urgentFirst", Holds: true, "too few requests for a queue of which an order could be told");
        }

        var inOrder = waits.Values.Zip(waits.Values.Skip(1)).All(pair => pair.First.P50 <= pair.Second.P50 + NoiseSeconds);
        return new("urgentFirst", inOrder, string.Join(", ", waits.Select(wait => string.Create(
            CultureInfo.InvariantCulture, $"{wait.Key} waited {wait.Value.P50:0.0} s (median)"))));
    }

    private Check NoDoubleDispatch()
    {
        var doubles = LedgerInvariants.DoubleDispatches(Ledger).ToList();
        return new("noDoubleDispatch", doubles.Count == 0, doubles.Count == 0 ? $"{Ledger.Count} dispatches of {Ledger.DistinctBy(line => line.VehicleId).Count()} trucks" : doubles[0]);
    }

    private Check LedgerHolds()
    {
        var violations = LedgerInvariants.Violations(Ledger, Scenario);
        return new("ledgerHolds", violations.Count == 0, violations.Count == 0 ? "each call and cargo once, no departure overloaded" : $"{violations.Count} violations, first: {violations[0]}");
    }

    /// <summary>Who says that it dispatched did, once, and who waits or has failed before did not.</summary>
    private Check DispatchesFitRuns()
    {
        var completed = Runs.Where(run => run.Status == RunStatus.Completed).Select(run => run.RunId).ToHashSet(StringComparer.Ordinal);
        var dispatched = Ledger.Select(line => line.RunId).ToHashSet(StringComparer.Ordinal);
        return new(
            "dispatchesFitRuns",
            completed.SetEquals(dispatched),
            $"{completed.Count} completed runs, {dispatched.Count} runs with a dispatch");
    }
}
