using System.Collections.Immutable;
using AgentFunctions.Storage;

namespace AgentFunctions.Queue;

/// <summary>
/// Chooses who is admitted next: within all limits, the first run of the tenant that has had the least for its weight. Pure.
/// </summary>
/// <remarks>
/// <para>
/// Weighted fair sharing by start-time fair queueing for a server that serves D at a time, without preemption: SFQ by Goyal, Vin, Cheng
/// ("Start-time Fair Queueing", IEEE/ACM Transactions on Networking 5(5), 1997), SFQ(D) by Jin, Chase, Kaur ("Interposed Proportional
/// Sharing for a Storage Service Utility", SIGMETRICS 2004). A tenant's <em>tag</em> is what it has had: seconds of slots of its ended
/// runs, and for each that goes on the greater of what it is expected to take and what it has taken, all divided by the tenant's weight.
/// The least tag is served. A tenant that begins to wait starts at the tag that was served last, so that nobody saves up time in which
/// they had nothing to do.
/// </para>
/// <para>
/// Bound. Let L be the longest that a run of a tenant holds its slot at a time, its expectation included, w its weight, D the slots,
/// A <see cref="AdmissionSettings.AdvanceSeconds"/>. While tenants i and j have runs waiting that only the total limit holds back, what they
/// have had differs by no more than
/// |S(i)/w(i) − S(j)/w(j)| ≤ D·L(i)/w(i) + D·L(j)/w(j) + 2A.
/// For when j is admitted, its tag before was at most i's plus 2A, the most that priorities set apart. Each admission is charged at once by
/// what is expected, at most L(j)/w(j), and up to D of them may go on at that moment and take that much; a tag is off what was had by no
/// more than the expectations of what goes on, D·L(i)/w(i) of i's. Until j is admitted again only what goes on can add to it, which is in
/// that sum. Jin et al. bound SFQ(D) by (D + 1) times both for known costs; here costs are known at the end, and there are at most D runs.
/// </para>
/// <para>
/// A tenant's runs follow one another by <see cref="AdmissionSettings.Rank"/>. Priorities count between tenants, too, but only as far as
/// <see cref="AdmissionSettings.Advance"/>: who calls everything urgent gets ahead once, and no more than that.
/// </para>
/// </remarks>
public sealed class AdmissionRound
{
    /// <summary>
    /// What a tenant may save up, in seconds of one slot at weight 1, while a limit that it shares with others holds it back.
    /// </summary>
    private const double MostSaved = 600;

    private readonly AdmissionSettings settings;
    private readonly DateTimeOffset now;
    private readonly Func<string, DateTimeOffset?> busyUntil;
    private readonly Dictionary<string, Queue<WaitingRun>> lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> lanesOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> charges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly ImmutableDictionary<string, AdmittedRun>.Builder running;
    private readonly ImmutableDictionary<string, TenantShare>.Builder shares;
    private readonly ImmutableDictionary<string, ModelRoom>.Builder models;
    private readonly AdmissionState before;
    private double virtualTime;
    private long admissions;

    /// <summary>Begins a round.</summary>
    /// <param name="settings">The limits.</param>
    /// <param name="before">The state.</param>
    /// <param name="now">UTC.</param>
    /// <param name="busyUntil">Until when a model takes no calls; <see langword="null"/> where it does.</param>
    public AdmissionRound(
        AdmissionSettings settings, AdmissionState before, DateTimeOffset now, Func<string, DateTimeOffset?>? busyUntil = null)
    {
        (this.settings, this.before, this.now) = (settings, before, now);
        this.busyUntil = busyUntil ?? (_ => null);
        (running, shares, models) = (before.Running.ToBuilder(), before.Tenants.ToBuilder(), before.Models.ToBuilder());
        (virtualTime, admissions) = (before.Virtual, before.Admissions);
        foreach (var run in running.Values)
        {
            Count(run, charge: Math.Max(run.Expected.Seconds, (now - run.At).TotalSeconds));
        }
    }

    /// <summary>Whether there is a slot for anybody.</summary>
    public bool HasRoom => running.Count < settings.Total;

    /// <summary>How many slots there are.</summary>
    public int Room => Math.Max(0, settings.Total - running.Count);

    /// <summary>UTC time from which a model has room that held somebody back in this round; <see langword="null"/> where none did.</summary>
    public DateTimeOffset? RoomAt { get; private set; }

    /// <summary>Adds runs that wait, those of a lane in their order.</summary>
    /// <param name="waiting">The runs.</param>
    public void Add(IEnumerable<WaitingRun> waiting)
    {
        foreach (var run in waiting)
        {
            if (!lanes.TryGetValue(run.Lane, out var lane))
            {
                lanes.Add(run.Lane, lane = new Queue<WaitingRun>());
                Of(run.Tenant).Add(run.Lane);
            }

            lane.Enqueue(run);
        }
    }

    /// <summary>Whether a run holds a slot.</summary>
    /// <param name="runId">The run.</param>
    public bool IsRunning(string runId) => running.ContainsKey(runId);

    /// <summary>The run that is to be admitted next; <see langword="null"/> where none may be.</summary>
    public WaitingRun? Next() => HasRoom ? Candidates().OrderBy(Key).ThenBy(Turn).ThenBy(run => run.Tenant, StringComparer.Ordinal).FirstOrDefault() : null;

    /// <summary>Admits the run that <see cref="Next"/> has given.</summary>
    /// <param name="run">The run.</param>
    /// <returns>Whether nothing more of its lane is at hand.</returns>
    public bool Admit(WaitingRun run)
    {
        virtualTime = Math.Max(virtualTime, Candidates().Min(candidate => Tag(candidate.Tenant)));
        var expected = before.Agents.GetValueOrDefault(run.Agent) ?? AgentUse.Unknown;
        if (run.GoesOn)
        {
            // Its calls were counted when it was admitted first.
            expected = expected with { Requests = 0, Tokens = 0 };
        }

        var admitted = new AdmittedRun(run.Tenant, run.Department, run.Agent, run.Models, run.InstanceId, now, expected);
        running.Add(run.RunId, admitted);
        Count(admitted, expected.Seconds);
        Take(admitted);
        shares[run.Tenant] = Share(run.Tenant).Admitted(++admissions, now);
        return Drop(run);
    }

    /// <summary>Takes a run out of the round, because it waits no more.</summary>
    /// <param name="run">The run, as <see cref="Next"/> has given it.</param>
    /// <returns>Whether nothing more of its lane is at hand.</returns>
    public bool Drop(WaitingRun run)
    {
        var lane = lanes[run.Lane];
        lane.Dequeue();
        return lane.Count == 0;
    }

    /// <summary>The state after the round.</summary>
    public AdmissionState End()
    {
        foreach (var (tenant, itsLanes) in lanesOf)
        {
            var waits = itsLanes.Exists(lane => lanes[lane].Count > 0);
            if (waits && HasRoom)
            {
                RaiseTo(tenant, IsAtItsOwnLimit(tenant) ? virtualTime : virtualTime - MostSaved);
            }

            shares[tenant] = Share(tenant) with { IsBacklogged = waits };
        }

        foreach (var (tenant, share) in shares.ToList())
        {
            var waits = share.IsBacklogged && lanesOf.ContainsKey(tenant);
            if (!waits && counts.GetValueOrDefault(OfTenant(tenant)) == 0 && share.Used <= virtualTime)
            {
                shares.Remove(tenant);
            }
            else if (share.IsBacklogged != waits)
            {
                shares[tenant] = share with { IsBacklogged = waits };
            }
        }

        return before with
        {
            Virtual = virtualTime,
            Admissions = admissions,
            Running = running.ToImmutable(),
            Tenants = shares.ToImmutable(),
            Models = models.ToImmutable(),
        };
    }

    private static string OfTenant(string tenant) => $"tenant|{tenant}";

    private static string OfDepartment(string? department) => $"department|{department}";

    private static string OfAgent(string agent) => $"agent|{agent}";

    private static string OfModel(string model) => $"model|{model}";

    /// <summary>The lanes of a tenant. One that has begun to wait starts at what was served last.</summary>
    private List<string> Of(string tenant)
    {
        if (!lanesOf.TryGetValue(tenant, out var its))
        {
            lanesOf.Add(tenant, its = []);
            if (!Share(tenant).IsBacklogged)
            {
                RaiseTo(tenant, virtualTime);
            }
        }

        return its;
    }

    private void RaiseTo(string tenant, double least)
    {
        var missing = least - Tag(tenant);
        var share = Share(tenant);
        shares[tenant] = missing > 0 ? share with { Used = share.Used + missing } : share;
    }

    private TenantShare Share(string tenant) => shares.GetValueOrDefault(tenant) ?? new TenantShare(virtualTime);

    private double Tag(string tenant) => Share(tenant).Used + charges.GetValueOrDefault(tenant);

    private double Key(WaitingRun run) => Tag(run.Tenant) - settings.Advance(run.Priority);

    private long Turn(WaitingRun run) => Share(run.Tenant).LastAdmission;

    /// <summary>The run of each tenant that is to be admitted next.</summary>
    private IEnumerable<WaitingRun> Candidates() => lanesOf.Values
        .Select(its => its
            .Where(lane => lanes[lane].Count > 0)
            .Select(lane => lanes[lane].Peek())
            .Where(MayRun)
            .OrderBy(run => run.Rank)
            .ThenBy(run => run.RunId, StringComparer.Ordinal)
            .FirstOrDefault())
        .OfType<WaitingRun>();

    private bool MayRun(WaitingRun run) =>
        IsBelow(OfTenant(run.Tenant), settings.Of(run.Tenant).MaxConcurrent)
        && (run.Department is null || IsBelow(OfDepartment(run.Department), Find(settings.Departments, run.Department)))
        && IsBelow(OfAgent(run.Agent), Find(settings.Agents, run.Agent))
        && run.Models.All(model => IsBelow(OfModel(model), settings.Models.GetValueOrDefault(model)?.MaxConcurrent))
        && (run.GoesOn || run.Models.All(HasRoomOf));

    private bool HasRoomOf(string model)
    {
        var at = busyUntil(model) ?? now;
        if (settings.Models.GetValueOrDefault(model) is { } terms)
        {
            var free = now + terms.UntilRoom(terms.At(models.GetValueOrDefault(model), now));
            at = free > at ? free : at;
        }

        if (at <= now)
        {
            return true;
        }

        RoomAt = RoomAt is { } earlier && earlier < at ? earlier : at;
        return false;
    }

    private bool IsAtItsOwnLimit(string tenant) => !IsBelow(OfTenant(tenant), settings.Of(tenant).MaxConcurrent);

    private bool IsBelow(string counted, int? limit) => limit is null || counts.GetValueOrDefault(counted) < limit;

    private void Take(AdmittedRun run)
    {
        foreach (var model in run.Models)
        {
            if (settings.Models.GetValueOrDefault(model) is { } terms)
            {
                var left = terms.At(models.GetValueOrDefault(model), now);
                models[model] = left with { Requests = left.Requests - run.Expected.Requests, Tokens = left.Tokens - run.Expected.Tokens };
            }
        }
    }

    private void Count(AdmittedRun run, double charge)
    {
        charges[run.Tenant] = charges.GetValueOrDefault(run.Tenant) + (charge / settings.Of(run.Tenant).Weight);
        Increment(OfTenant(run.Tenant));
        Increment(OfAgent(run.Agent));
        if (run.Department is { } department)
        {
            Increment(OfDepartment(department));
        }

        foreach (var model in run.Models)
        {
            Increment(OfModel(model));
        }
    }

    private void Increment(string counted) => counts[counted] = counts.GetValueOrDefault(counted) + 1;

    private static int? Find(IReadOnlyDictionary<string, int> limits, string name) => limits.TryGetValue(name, out var limit) ? limit : null;
}
