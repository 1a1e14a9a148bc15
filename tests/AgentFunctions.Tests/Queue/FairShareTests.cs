using AgentFunctions.Queue;
using AgentFunctions.Runs;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Queue;

/// <summary>Who is admitted when: the admission's own code under a virtual clock.</summary>
public sealed class FairShareTests(ITestOutputHelper log)
{
    private const int Slots = 8;
    private const double Seconds = 10;

    private static readonly AdmissionSettings Plain = new() { Total = Slots, PerTenant = Slots };

    /// <summary>Without a share of its own B would start when all of A's had, after 500 seconds.</summary>
    [Fact]
    public void With_400_runs_of_A_before_them_the_10_of_B_wait_no_longer_than_for_half_of_the_slots()
    {
        var runs = Burst("a", 400, at: 0).Concat(Burst("b", 10, at: 5)).ToList();
        new AdmissionSimulation(Plain, runs).Finish();

        var b = runs.Where(run => run.Tenant == "b").OrderBy(run => run.Start).ToList();
        foreach (var (run, index) in b.Select((run, index) => (run, index)))
        {
            // Half of the slots serve so many in one run's time; and before the first of them is free, a run of A has to end.
            var share = (Math.Floor(index / (Slots / 2.0)) + 1) * Seconds;
            Assert.True(run.Start - run.Arrival <= share, $"B's run {index + 1} waited {run.Start - run.Arrival} s; its share is {share} s.");
        }

        Assert.All(runs, run => Assert.NotNull(run.Start));
    }

    [Fact]
    public void Weights_divide_the_slots()
    {
        var settings = Plain with { Tenants = Terms(("a", 1), ("b", 3)) };
        var simulation = new AdmissionSimulation(settings, [.. Burst("a", 400, at: 0), .. Burst("b", 400, at: 0)]);
        while (simulation.Step() && simulation.Now < 200)
        {
        }

        var (a, b) = (simulation.Served("a"), simulation.Served("b"));
        Assert.InRange(b / a, 2.8, 3.2);
    }

    /// <summary>Shares are of slots: who has long runs gets fewer of them, not more of the machine.</summary>
    [Fact]
    public void A_tenant_of_long_runs_gets_no_more_of_the_slots_than_one_of_short_runs()
    {
        var simulation = new AdmissionSimulation(
            Plain, [.. Burst("long", 200, at: 0, seconds: 60), .. Burst("short", 4000, at: 0, seconds: 3)]);
        while (simulation.Step() && simulation.Now < 1200)
        {
        }

        Assert.InRange(simulation.Served("short") / simulation.Served("long"), 0.9, 1.1);
    }

    [Fact]
    public void A_tenant_that_had_nothing_to_do_has_saved_nothing_up()
    {
        var runs = Burst("a", 800, at: 0).Concat(Burst("b", 400, at: 500)).ToList();
        var simulation = new AdmissionSimulation(Plain, runs);
        while (simulation.Step() && simulation.Now < 600)
        {
        }

        // A hundred seconds after B came, A has had its half of them all the same.
        var before = runs.Where(run => run.Tenant == "a" && run.Start < 500).Sum(run => Math.Min(500, run.End) - run.Start!.Value);
        Assert.InRange(simulation.Served("a") - before, 350, 480);
    }

    [Fact]
    public void Urgent_runs_go_first_and_batch_runs_last_whatever_their_tenant()
    {
        var runs = Burst("a", 40, at: 0).Concat(Burst("b", 8, at: 1, priority: RunPriority.Urgent)).Concat(Burst("c", 8, at: 0, priority: RunPriority.Batch)).ToList();
        new AdmissionSimulation(Plain, runs).Finish();

        double Last(string tenant) => runs.Where(run => run.Tenant == tenant).Max(run => run.Start!.Value);
        double First(string tenant) => runs.Where(run => run.Tenant == tenant).Min(run => run.Start!.Value);
        Assert.Equal(Seconds, Last("b"));
        Assert.True(First("c") > Last("b"), $"The first of batch started at {First("c")}, the last urgent one at {Last("b")}.");
    }

    /// <summary>It gets ahead by <see cref="AdmissionSettings.AdvanceSeconds"/> and then has its share like everybody.</summary>
    [Fact]
    public void Who_calls_everything_urgent_gets_no_more_than_its_share_for_long()
    {
        var simulation = new AdmissionSimulation(
            Plain, [.. Burst("a", 2000, at: 0), .. Burst("b", 2000, at: 0, priority: RunPriority.Urgent)]);
        while (simulation.Step() && simulation.Now < 1000)
        {
        }

        Assert.InRange(simulation.Served("b") / simulation.Served("a"), 0.95, 1.1);
    }

    [Fact]
    public void A_batch_run_that_has_waited_long_enough_goes_before_urgent_ones_that_came_later()
    {
        var settings = new AdmissionSettings { Total = 1, PerTenant = 1, Ageing = TimeSpan.FromSeconds(50) };
        var old = new SimulatedRun("old", "a", Arrival: 0.5, Seconds, RunPriority.Batch);
        var urgent = Enumerable.Range(0, 100).Select(index => new SimulatedRun($"u{index}", "a", index * Seconds, Seconds, RunPriority.Urgent)).ToList();
        new AdmissionSimulation(settings, [old, .. urgent]).Finish();

        // Two steps of priority are a hundred seconds.
        Assert.InRange(old.Start!.Value, 100, 120);
    }

    [Property(MaxTest = 100)]
    public void What_tenants_have_had_differs_by_no_more_than_the_bound_while_both_have_runs_waiting(int seed)
    {
        var random = new Random(seed);
        var tenants = Enumerable.Range(0, random.Next(2, 6)).Select(index => $"t{index}").ToList();
        var settings = new AdmissionSettings
        {
            Total = random.Next(1, 17),
            PerTenant = int.MaxValue,
            AdvanceSeconds = random.Next(0, 40),
            Ageing = TimeSpan.FromSeconds(random.Next(1, 200)),
            Tenants = Terms([.. tenants.Select(tenant => (tenant, Math.Round((random.NextDouble() * 4) + 0.25, 2)))]),
        };
        var runs = Mixed(random, tenants, 400);
        var simulation = new AdmissionSimulation(settings, runs);
        var spans = new Dictionary<(string, string), (double Least, double Most)>();
        var worst = 0.0;
        while (simulation.Step())
        {
            var waiting = simulation.Backlogged.ToHashSet(StringComparer.Ordinal);
            foreach (var (i, j) in tenants.SelectMany(i => tenants.Where(j => string.CompareOrdinal(i, j) < 0).Select(j => (i, j))))
            {
                if (!waiting.Contains(i) || !waiting.Contains(j))
                {
                    spans.Remove((i, j));
                    continue;
                }

                var (wi, wj) = (settings.Of(i).Weight, settings.Of(j).Weight);
                var difference = (simulation.Served(i) / wi) - (simulation.Served(j) / wj);
                var span = spans.GetValueOrDefault((i, j), (difference, difference));
                spans[(i, j)] = span = (Math.Min(span.Item1, difference), Math.Max(span.Item2, difference));
                var bound = (4 * settings.AdvanceSeconds) + (3 * settings.Total * ((Longest(runs, i) / wi) + (Longest(runs, j) / wj)));
                worst = Math.Max(worst, (span.Item2 - span.Item1) / bound);
                Assert.True(span.Item2 - span.Item1 <= bound, $"seed {seed}, at {simulation.Now}: {i} and {j} differ by {span.Item2 - span.Item1}, bound {bound}");
            }
        }

        log.WriteLine($"seed {seed}: {worst:P0} of the bound");
    }

    [Property(MaxTest = 100)]
    public void No_run_starves_and_none_is_overtaken_by_one_that_came_more_than_two_steps_of_ageing_later(int seed)
    {
        var random = new Random(seed);
        var settings = new AdmissionSettings { Total = random.Next(1, 9), PerTenant = 99, Ageing = TimeSpan.FromSeconds(random.Next(1, 60)) };
        var runs = Mixed(random, ["a", "b", "c"], 300);
        new AdmissionSimulation(settings, runs).Finish();

        Assert.All(runs, run => Assert.NotNull(run.Start));
        foreach (var tenant in runs.GroupBy(run => run.Tenant))
        {
            foreach (var late in tenant)
            {
                Assert.DoesNotContain(tenant, run =>
                    run.Start > late.Start && run.Arrival < late.Start && late.Arrival - run.Arrival > (2 * settings.Ageing.TotalSeconds) + 0.002);
            }
        }
    }

    [Property(MaxTest = 100)]
    public void No_limit_is_ever_passed_and_no_slot_stays_empty_that_somebody_could_use(int seed)
    {
        var random = new Random(seed);
        string[] tenants = ["a", "b", "c"];
        var settings = new AdmissionSettings
        {
            Total = random.Next(1, 12),
            PerTenant = random.Next(1, 8),
            Tenants = new Dictionary<string, TenantTerms> { ["a"] = new(2, random.Next(1, 4)) },
            Departments = new Dictionary<string, int> { ["d0"] = random.Next(1, 4) },
            Agents = new Dictionary<string, int> { ["agent0"] = random.Next(1, 4), ["agent1"] = random.Next(1, 4) },
        };
        var runs = Mixed(random, tenants, 200)
            .Select(run => run with { Agent = $"agent{random.Next(3)}", Department = random.Next(2) == 0 ? null : $"d{random.Next(2)}" })
            .ToList();
        var simulation = new AdmissionSimulation(settings, runs);
        while (simulation.Step())
        {
            var running = simulation.Running.ToList();
            Assert.True(running.Count <= settings.Total);
            Assert.All(running, run => Assert.True(HasRoom(settings, running, run, extra: 0), $"seed {seed}: {run} passes a limit"));
            Assert.True(
                running.Count == settings.Total || !simulation.Waiting.Any(run => HasRoom(settings, running, run, extra: 1)),
                $"seed {seed}, at {simulation.Now}: somebody waits in vain");
        }

        Assert.All(runs, run => Assert.NotNull(run.Start));
    }

    private static bool HasRoom(AdmissionSettings settings, List<SimulatedRun> running, SimulatedRun run, int extra) =>
        running.Count(each => each.Tenant == run.Tenant) + extra <= settings.Of(run.Tenant).MaxConcurrent
        && running.Count(each => each.Agent == run.Agent) + extra <= settings.Agents.GetValueOrDefault(run.Agent, int.MaxValue)
        && (run.Department is null
            || running.Count(each => each.Department == run.Department) + extra <= settings.Departments.GetValueOrDefault(run.Department, int.MaxValue));

    private static double Longest(IEnumerable<SimulatedRun> runs, string tenant) =>
        Math.Max(AgentUse.Unknown.Seconds, runs.Max(run => run.Duration * (run.Tenant == tenant || run.Agent == "agent" ? 1 : 0)));

    private static List<SimulatedRun> Mixed(Random random, IReadOnlyList<string> tenants, int count) =>
    [
        .. Enumerable.Range(0, count).Select(index => new SimulatedRun(
            $"r{index:d4}",
            tenants[random.Next(tenants.Count)],
            random.Next(2) == 0 ? 0 : random.Next(0, 300),
            random.Next(1, 40),
            (RunPriority)random.Next(3))),
    ];

    private static List<SimulatedRun> Burst(
        string tenant, int count, double at, double seconds = Seconds, RunPriority priority = RunPriority.Normal) =>
        [.. Enumerable.Range(0, count).Select(index => new SimulatedRun($"{tenant}{index:d4}", tenant, at, seconds, priority))];

    private static Dictionary<string, TenantTerms> Terms(params (string Tenant, double Weight)[] weights) =>
        weights.ToDictionary(each => each.Tenant, each => new TenantTerms(each.Weight), StringComparer.Ordinal);
}
