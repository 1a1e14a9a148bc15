using AgentFunctions.Http.Views;
using LogisticsStorm.Driver.Following;
using LogisticsStorm.Network;

namespace LogisticsStorm.Driver.Totals;

/// <summary>How long a tenant waited until its last run was admitted, beside its fair share. Seconds after the first admission.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="LastAdmittedSeconds">When its last run was admitted.</param>
/// <param name="FairSeconds">When it would have been served whole by ideal weighted sharing.</param>
/// <param name="BoundSeconds">What <see cref="LastAdmittedSeconds"/> must not exceed.</param>
internal sealed record FairShare(string Tenant, int Weight, double LastAdmittedSeconds, double FairSeconds, double BoundSeconds)
{
    /// <summary>Whether it waited no longer than the bound.</summary>
    public bool Holds => LastAdmittedSeconds <= BoundSeconds;
}

/// <summary>
/// Compares waits with ideal weighted sharing (generalised processor sharing: Parekh, Gallager, IEEE/ACM Transactions on Networking 1(3),
/// 1993), in which every tenant with work left is served by its weight, in arbitrarily small parts.
/// </summary>
/// <remarks>
/// A tenant's work is what its runs took: seconds from admission to the end, the slot being theirs. A run is not interrupted for another and
/// urgent runs get ahead, so a tenant may be later than the ideal by the longest time that a run held its slot and a tenth of the whole time.
/// That is less than what is proven for any mix of runs (docs/capacity.md), and far less than what a light tenant would wait in one line.
/// </remarks>
internal static class FairShares
{
    private const double PartOfWholeTime = 0.1;

    /// <summary>The tenants that had runs.</summary>
    /// <param name="last">Where the runs stand in the end.</param>
    /// <param name="slots">Most runs at the same time.</param>
    /// <param name="seconds">How long everything took.</param>
    public static IReadOnlyList<FairShare> Of(Snapshot last, int slots, double seconds)
    {
        var admitted = last.Runs.Values.Where(run => run.AdmittedAt is not null).ToList();
        if (admitted.Count == 0)
        {
            return [];
        }

        var start = admitted.Min(run => run.AdmittedAt!.Value);
        var tenants = TenantShare.Sample
            .Select(share => Served.Of(share, [.. admitted.Where(run => run.Tenant == share.Tenant)], start))
            .Where(served => served.Work > 0)
            .ToList();
        var slack = tenants.Select(tenant => tenant.Longest).DefaultIfEmpty(0).Max() + (PartOfWholeTime * seconds);
        return [.. tenants.Zip(Ideal([.. tenants.Select(tenant => (tenant.Share.Weight, tenant.Work))], slots), (tenant, ideal) => new FairShare(
            tenant.Share.Tenant, tenant.Share.Weight, Math.Round(tenant.LastAdmitted, 3), Math.Round(ideal, 3), Math.Round(ideal + slack, 3)))];
    }

    /// <summary>When each of them has been served whole, in seconds, where all begin at once.</summary>
    /// <param name="tenants">Weight and work (seconds of one slot) of each.</param>
    /// <param name="slots">Slots.</param>
    public static IReadOnlyList<double> Ideal(IReadOnlyList<(int Weight, double Work)> tenants, int slots)
    {
        var left = tenants.Select(tenant => tenant.Work).ToArray();
        var done = new double[left.Length];
        for (var at = 0d; left.Any(work => work > 0);)
        {
            var busy = Enumerable.Range(0, left.Length).Where(index => left[index] > 0).ToList();
            var weights = busy.Sum(index => tenants[index].Weight);
            double Rate(int index) => (double)slots * tenants[index].Weight / weights;
            var step = busy.Min(index => left[index] / Rate(index));
            at += step;
            foreach (var index in busy)
            {
                // What is left after the step of the first to end is rounding.
                left[index] = left[index] / Rate(index) - step is > 1e-9 and var more ? more * Rate(index) : 0;
                done[index] = at;
            }
        }

        return done;
    }

    private sealed record Served(TenantShare Share, double Work, double Longest, double LastAdmitted)
    {
        /// <summary>A run that waits for a human has given its slot up at a time that its summary does not tell: it counts as the median one.</summary>
        public static Served Of(TenantShare share, IReadOnlyList<RunSummary> runs, DateTimeOffset start)
        {
            var held = runs.Where(run => run.CompletedAt is not null).Select(run => (run.CompletedAt!.Value - run.AdmittedAt!.Value).TotalSeconds).Order().ToList();
            return held.Count == 0
                ? new Served(share, 0, 0, 0)
                : new Served(
                    share,
                    held.Sum() + ((runs.Count - held.Count) * held[held.Count / 2]),
                    held[^1],
                    runs.Max(run => (run.AdmittedAt!.Value - start).TotalSeconds));
        }
    }
}
