using AgentFunctions.Models.Deployments;
using AgentFunctions.Runs;
using FsCheck;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Models.Deployments;

/// <summary>What holds of a deployment's rate whoever calls when.</summary>
public sealed class DeploymentRulesTests
{
    private static readonly DeploymentSettings Settings = DeploymentSettings.Default;

    [Property(MaxTest = 40)]
    public void No_minute_sees_more_calls_than_the_limit_nor_more_tokens_but_for_a_part_of_one_call(
        PositiveInt requests, PositiveInt tokens, NonEmptyArray<(byte Priority, ushort Tokens, byte At)> calls, int seed)
    {
        var limits = new DeploymentLimits(1 + (requests.Get % 200), 1_000 + (tokens.Get * 97 % 200_000));
        var deployment = new VirtualDeployment(limits, seed: seed);
        foreach (var group in calls.Get.SelectMany(call => Enumerable.Repeat(call, 5)).GroupBy(call => call.At))
        {
            deployment.Add(group.Select(call => new VirtualCaller((RunPriority)(call.Priority % 3), call.Tokens)), TimeSpan.FromSeconds(group.Key));
        }

        deployment.Run(TimeSpan.FromMinutes(10));

        Assert.True(deployment.MostInAMinute(_ => 1) <= limits.RequestsPerMinute, $"{deployment.MostInAMinute(_ => 1)} calls; {limits}");
        var largest = calls.Get.Max(call => (double)call.Tokens);
        Assert.True(deployment.MostInAMinute(call => call.Tokens) <= limits.TokensPerMinute + largest + 1, $"{limits}");
    }

    [Property(MaxTest = 20)]
    public void Under_contention_each_priority_has_its_share_of_the_tokens_and_nothing_is_left_idle(
        PositiveInt tokensPerMinute, byte urgent, byte normal, byte batch, int seed)
    {
        var limit = 30_000 + (tokensPerMinute.Get * 1_009 % 500_000);
        var deployment = new VirtualDeployment(new DeploymentLimits(TokensPerMinute: limit), seed: seed)
            .Add(VirtualDeployment.Callers(30 + (urgent % 60), RunPriority.Urgent, 700, isEndless: true))
            .Add(VirtualDeployment.Callers(30 + (normal % 60), RunPriority.Normal, 700, isEndless: true))
            .Add(VirtualDeployment.Callers(30 + (batch % 60), RunPriority.Batch, 700, isEndless: true))
            .Run(TimeSpan.FromMinutes(10));

        var perMinute = Pace.Within(limit, Settings.Burst).PerSecond * 60;
        var used = Priorities.Each(priority => Used(deployment, priority, from: 2) / 8);
        Assert.All(Priorities.All, priority => Assert.True(
            used[priority] >= (0.95 * Settings.Shares[priority] * perMinute) - 700, $"{priority}: {used} of {perMinute} a minute"));
        Assert.True(used.Urgent + used.Normal + used.Batch >= 0.95 * perMinute, $"{used} of {perMinute} a minute");
    }

    [Property(MaxTest = 20)]
    public void What_others_do_not_use_is_lent_to_whoever_asks(byte priority, PositiveInt tokensPerMinute, int seed)
    {
        var limit = 30_000 + (tokensPerMinute.Get * 1_009 % 500_000);
        var alone = (RunPriority)(priority % 3);
        var deployment = new VirtualDeployment(new DeploymentLimits(TokensPerMinute: limit), seed: seed)
            .Add(VirtualDeployment.Callers(40, alone, 700, isEndless: true))
            .Run(TimeSpan.FromMinutes(6));

        var perMinute = Pace.Within(limit, Settings.Burst).PerSecond * 60;
        Assert.True(Used(deployment, alone, from: 1) / 5 >= 0.95 * perMinute, $"{Used(deployment, alone, from: 1) / 5} of {perMinute} a minute");
    }

    [Property(MaxTest = 20)]
    public void Who_comes_late_and_urgent_has_the_share_that_was_lent_at_once(PositiveInt requests, int seed)
    {
        var limit = 60 + (requests.Get % 600);
        var deployment = new VirtualDeployment(new DeploymentLimits(RequestsPerMinute: limit), seed: seed)
            .Add(VirtualDeployment.Callers(450, RunPriority.Batch, 0))
            .Add(VirtualDeployment.Callers(limit, RunPriority.Urgent, 0), TimeSpan.FromSeconds(20))
            .Run(TimeSpan.FromSeconds(80));

        var inTheMinute = deployment.Begun.Count(call => call.Caller.Priority == RunPriority.Urgent);
        Assert.True(inTheMinute >= (Settings.Shares.Urgent * limit * 60 / 62 * 0.95) - 1, $"{inTheMinute} of {limit}");
    }

    [Property(MaxTest = 30)]
    public void One_refusal_lowers_the_rate_for_everybody_at_once(PositiveInt requests, byte seconds, int seed)
    {
        var limit = 120 + (requests.Get % 1_000);
        var wait = TimeSpan.FromSeconds(1 + (seconds % 30));
        var deployment = new VirtualDeployment(new DeploymentLimits(RequestsPerMinute: limit), seed: seed)
        {
            Latency = TimeSpan.FromMilliseconds(50),
            Answer = call => call == 10 ? new CallEnd.Refused(wait, 0) : new CallEnd.Answered(),
        };
        deployment.Add(VirtualDeployment.Callers(200, RunPriority.Normal, 0, isEndless: true)).Run(TimeSpan.FromMinutes(2));

        var refusedAt = deployment.Begun[9].At + deployment.Latency;
        var free = refusedAt + wait;
        Assert.DoesNotContain(deployment.Begun, call => call.At > refusedAt && call.At < free);
        var after = deployment.Begun.Count(call => call.At >= free && call.At < free + TimeSpan.FromSeconds(10));

        // Half the rate, and what it rises by in ten seconds.
        Assert.InRange(after, 1, (((0.5 + (10 / Settings.Recovery.TotalSeconds)) * limit / 6) + 1));
    }

    [Fact]
    public void Refusals_of_calls_that_were_under_way_lower_the_rate_only_once()
    {
        var deployment = new VirtualDeployment(new DeploymentLimits(RequestsPerMinute: 6_000))
        {
            Answer = call => call <= 20 ? new CallEnd.Refused(TimeSpan.FromSeconds(5), 0) : new CallEnd.Answered(),
        };
        deployment.Add(VirtualDeployment.Callers(20, RunPriority.Normal, 0)).Run(TimeSpan.FromSeconds(1));

        Assert.Equal((1, 20, 3_000.0), (deployment.State.Generation, deployment.State.Refusals, deployment.Rules.RequestsPerMinute(deployment.State, deployment.Now)));
    }

    [Fact]
    public void A_lowered_rate_rises_steadily_to_the_limit_and_halves_again_at_the_next_refusal()
    {
        var rules = new DeploymentRules(new ModelDeployment("d", "m", "openai", new DeploymentLimits(RequestsPerMinute: 600)), Settings);
        var start = VirtualDeployment.Start;
        var state = Refuse(rules, DeploymentState.New, start);
        double? At(double second) => rules.RequestsPerMinute(state, start + TimeSpan.FromSeconds(second));

        Assert.Equal([300.0, 300.0, 450.0, 600.0, 600.0], [At(0), At(10), At(40), At(70), At(700)]);

        state = Refuse(rules, state, start + TimeSpan.FromSeconds(40));

        Assert.Equal(225.0, At(40));
    }

    [Fact]
    public void A_deployment_without_limits_starts_slowly_after_a_refusal_and_is_free_again_in_the_end()
    {
        var deployment = new VirtualDeployment(DeploymentLimits.None)
        {
            Answer = call => call <= 450 ? new CallEnd.Refused(TimeSpan.FromSeconds(10), 450) : new CallEnd.Answered(),
        };
        deployment.Add(VirtualDeployment.Callers(450, RunPriority.Normal, 0)).Run(TimeSpan.FromMinutes(10));

        Assert.True(deployment.MostInAMinute(_ => 1) <= 900);
        Assert.Equal(900, deployment.Begun.Count);
        var after = deployment.Begun.Skip(450).Select(call => call.At).ToList();

        // 225 a minute, which double once in that time.
        Assert.InRange(after.Count(time => time < after[0] + TimeSpan.FromSeconds(10)), 1, 225 * 2 / 6);
        Assert.True(deployment.Rules.IsOpenToAll(deployment.State, deployment.Now));
    }

    [Property(MaxTest = 20)]
    public void A_deployment_that_always_fails_is_called_no_more_often_than_its_bound(PositiveInt callers, PositiveInt slots, int seed)
    {
        var limits = new DeploymentLimits(MaxConcurrentCalls: 1 + (slots.Get % 20));
        var deployment = new VirtualDeployment(limits, seed: seed) { Answer = _ => new CallEnd.Failed(null) };
        deployment.Add(VirtualDeployment.Callers(100 + (callers.Get % 400), RunPriority.Normal, 0)).Run(TimeSpan.FromHours(1));

        // Until the circuit opens, those under way then, and one probe after each break: 15, 30, 60, 120, 240, 300, 300 … seconds.
        var probes = 5 + (int)Math.Ceiling(3_600.0 / 300);
        Assert.InRange(deployment.Begun.Count, Settings.FailuresToOpen, Settings.FailuresToOpen - 1 + limits.MaxConcurrentCalls!.Value + probes);
    }

    [Fact]
    public void While_a_probe_is_under_way_nobody_else_calls_and_when_it_is_answered_all_come_one_after_the_other()
    {
        var deployment = new VirtualDeployment(DeploymentLimits.None) { Latency = TimeSpan.FromSeconds(3) };
        var well = VirtualDeployment.Start + TimeSpan.FromSeconds(10);
        deployment.Answer = _ => deployment.Now < well ? new CallEnd.Failed(null) : new CallEnd.Answered();
        var callers = VirtualDeployment.Callers(100, RunPriority.Normal, 0).ToList();
        deployment.Add(callers).Run(TimeSpan.FromMinutes(10));

        var after = deployment.Begun.Where(call => call.At >= well).Select(call => call.At).ToList();
        Assert.True(after[1] >= after[0] + deployment.Latency);
        Assert.Equal(after.Count, after.Distinct().Count());
        Assert.All(callers, caller => Assert.NotNull(caller.AnsweredAt));
    }

    [Property(MaxTest = 20)]
    public void No_more_calls_are_under_way_than_are_allowed_and_every_slot_is_used(PositiveInt slots, int seed)
    {
        var most = 1 + (slots.Get % 40);
        var deployment = new VirtualDeployment(new DeploymentLimits(MaxConcurrentCalls: most), seed: seed) { Latency = TimeSpan.FromSeconds(2) };
        deployment.Add(VirtualDeployment.Callers(200, RunPriority.Normal, 0)).Run(TimeSpan.FromHours(1));

        Assert.Equal((most, 200), (deployment.MostUnderWay, deployment.Begun.Count));
        Assert.True(deployment.Begun[^1].At - VirtualDeployment.Start < deployment.Latency * (200.0 / most) * 1.5, $"{deployment.Begun[^1].At}");
    }

    [Property(MaxTest = 30)]
    public void A_call_asks_about_once_for_each_minute_that_it_waits(PositiveInt requests, int seed)
    {
        var limit = 30 + (requests.Get % 600);
        var callers = Priorities.All.SelectMany(priority => VirtualDeployment.Callers(150, priority, 0)).ToList();
        var deployment = new VirtualDeployment(new DeploymentLimits(RequestsPerMinute: limit), seed: seed).Add(callers).Run(TimeSpan.FromHours(1));

        Assert.Equal(450, deployment.Begun.Count);
        Assert.All(callers, caller => Assert.True(
            caller.Asks <= 20 + (6 * (caller.AnsweredAt - caller.FirstAsked)!.Value.TotalMinutes), $"{caller.Asks} in {caller.AnsweredAt - caller.FirstAsked}"));
        Assert.True(callers.Average(caller => caller.Asks) <= 3 + (2 * callers.Average(caller => (caller.AnsweredAt - caller.FirstAsked)!.Value.TotalMinutes)));
    }

    [Fact]
    public void Those_who_wait_for_the_same_time_are_told_different_ones()
    {
        var deployment = new VirtualDeployment(new DeploymentLimits(RequestsPerMinute: 600))
        {
            Answer = call => call == 1 ? new CallEnd.Refused(TimeSpan.FromSeconds(30), 0) : new CallEnd.Answered(),
        };
        deployment.Add(VirtualDeployment.Callers(1, RunPriority.Normal, 0))
            .Add(VirtualDeployment.Callers(450, RunPriority.Normal, 0), TimeSpan.FromSeconds(1))
            .Run(TimeSpan.FromSeconds(2));

        Assert.Equal(deployment.ToldToCome.Count, deployment.ToldToCome.Distinct().Count());
        Assert.All(deployment.ToldToCome, time => Assert.True(time >= VirtualDeployment.Start + TimeSpan.FromSeconds(30)));
        var busiest = deployment.ToldToCome.GroupBy(time => time.ToUnixTimeSeconds()).Max(second => second.Count());
        Assert.InRange(busiest, 1, 30);
    }

    [Fact]
    public void A_process_that_is_gone_keeps_no_slots_for_long()
    {
        var rules = new DeploymentRules(new ModelDeployment("d", "m", "openai", new DeploymentLimits(MaxConcurrentCalls: 2)), Settings);
        var (state, now) = (DeploymentState.New, VirtualDeployment.Start);
        for (var call = 0; call < 2; call++)
        {
            (state, var gone) = rules.Ask(state, Ask("gone"), now);
            Assert.IsType<Verdict.Go>(gone);
        }

        Assert.IsType<Verdict.Wait>(rules.Ask(state, Ask("next"), now).Verdict);
        Assert.IsType<Verdict.Wait>(rules.Ask(rules.Renew(state, "gone", now + TimeSpan.FromSeconds(10)), Ask("next"), now + DeploymentRules.HostLease).Verdict);
        Assert.IsType<Verdict.Go>(rules.Ask(state, Ask("next"), now + DeploymentRules.HostLease).Verdict);
    }

    private static CallAsk Ask(string host) => new(RunPriority.Normal, 0, host, Ticket: null, Spread: 0.5, TakesPlace: false);

    private static DeploymentState Refuse(DeploymentRules rules, DeploymentState state, DateTimeOffset now) => rules.End(
        state, new CallPermit(state.Generation, IsProbe: false, RunPriority.Normal, now), new CallEnd.Refused(TimeSpan.FromSeconds(10), 0), "host", now);

    private static double Used(VirtualDeployment deployment, RunPriority priority, double from) => deployment.Begun
        .Where(call => call.Caller.Priority == priority && call.At >= VirtualDeployment.Start + TimeSpan.FromMinutes(from))
        .Sum(call => call.Caller.Tokens);
}
