using AgentFunctions.Http.Views;
using AgentFunctions.Runs;

namespace LogisticsStorm.Driver.Following;

/// <summary>Where the runs stand at one moment.</summary>
/// <param name="Runs">Every run, by id.</param>
/// <param name="Spent">USD spent, by tenant.</param>
/// <param name="Tenants">The tenants.</param>
internal sealed record Snapshot(
    IReadOnlyDictionary<string, RunSummary> Runs, IReadOnlyDictionary<string, decimal> Spent, IReadOnlyList<TenantCounts> Tenants)
{
    /// <summary>Runs that nothing more happens to unless a human acts.</summary>
    public int Settled => Runs.Values.Count(IsSettled);

    /// <summary>Puts a snapshot together.</summary>
    /// <param name="runs">Every run.</param>
    /// <param name="spent">USD spent, by tenant, in the order in which tenants are shown.</param>
    public static Snapshot Of(IReadOnlyList<RunSummary> runs, IReadOnlyDictionary<string, decimal> spent)
    {
        var byTenant = runs.ToLookup(run => run.Tenant, StringComparer.Ordinal);
        return new Snapshot(
            runs.ToDictionary(run => run.RunId, StringComparer.Ordinal),
            spent,
            [.. spent.Select(tenant => TenantCounts.Of(tenant.Key, [.. byTenant[tenant.Key]], tenant.Value))]);
    }

    /// <summary>Whether nothing more happens to a run unless a human acts.</summary>
    /// <param name="run">The run.</param>
    public static bool IsSettled(RunSummary run) => run.Status switch
    {
        RunStatus.Completed or RunStatus.Failed or RunStatus.Canceled or RunStatus.Expired => true,
        RunStatus.Waiting or RunStatus.Paused => true,
        RunStatus.Queued or RunStatus.Planning or RunStatus.Running => false,
        _ => throw new ArgumentOutOfRangeException(nameof(run), run.Status, "Unknown status of a run."),
    };
}

/// <summary>Where one tenant's runs stand.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Queued">Runs that wait to be admitted.</param>
/// <param name="Admitted">Runs that were admitted so far.</param>
/// <param name="Running">Runs at work.</param>
/// <param name="Waiting">Runs that wait for a human.</param>
/// <param name="Completed">Runs that have reached their goal.</param>
/// <param name="Failed">Runs that ended otherwise.</param>
/// <param name="CostUsd">What they have cost, USD.</param>
/// <param name="Wait">From acceptance to admission, of those that were admitted; seconds.</param>
/// <param name="Latency">From acceptance to the end, of those that have ended; seconds.</param>
internal sealed record TenantCounts(
    string Tenant, int Queued, int Admitted, int Running, int Waiting, int Completed, int Failed, decimal CostUsd, Percentiles? Wait, Percentiles? Latency)
{
    /// <summary>Counts a tenant's runs.</summary>
    public static TenantCounts Of(string tenant, IReadOnlyList<RunSummary> runs, decimal costUsd)
    {
        return new TenantCounts(
            tenant,
            runs.Count(run => run.Status == RunStatus.Queued),
            runs.Count(run => run.AdmittedAt is not null),
            runs.Count(run => run.Status is RunStatus.Running or RunStatus.Planning),
            runs.Count(run => run.Status is RunStatus.Waiting or RunStatus.Paused),
            runs.Count(run => run.Status == RunStatus.Completed),
            runs.Count(run => run.Status is RunStatus.Failed or RunStatus.Canceled or RunStatus.Expired),
            costUsd,
            Percentiles.Of(runs.Where(run => run.AdmittedAt is not null).Select(run => run.AdmittedAt!.Value - run.CreatedAt)),
            Percentiles.Of(runs.Where(run => run.CompletedAt is not null).Select(run => run.CompletedAt!.Value - run.CreatedAt)));
    }
}
