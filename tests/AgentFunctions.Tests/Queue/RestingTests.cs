using System.Net;
using AgentFunctions.Queue;
using AgentFunctions.Tests.Approvals;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Queue;

/// <summary>A run that has nothing at work gives its slot up, and takes one again before it goes on.</summary>
public sealed class RestingTests
{
    /// <summary>Calls a tool that its test holds, and may have to ask a human first.</summary>
    private const string Writes = """
          - when: results.write == nil
            calls: [{tool: write, args: '{"text": {{ goal | json }}}'}]
          - text: done
        """;

    private static TestPack Pack => new TestPack()
        .React("asker", "tools: [write]\napprovals: {tools: {write: true}}", Writes)
        .React("worker", "tools: [write]", Writes)
        .Planner("planner", "tools: [write]", """{"steps":[{"id":"ask","kind":"approval","description":"Go?"},{"id":"do","kind":"tool","tool":"write","args":{"text":"planned"},"dependsOn":["ask"]}]}""")
        .Planner("boss", "agents: [worker]", """{"steps":[{"id":"each","kind":"fanOut","items":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20],"agent":"worker","goal":"part ${item}"}]}""");

    [Theory]
    [InlineData("asker")]
    [InlineData("planner")]
    public async Task While_a_run_waits_for_a_human_another_has_its_slot_and_it_goes_on_before_new_ones(string agent)
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=1");
        var gates = new Dictionary<string, Gate> { ["second"] = new(), ["asked"] = new(), ["planned"] = new() };
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (gates.TryGetValue(call.Text, out var gate) ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Text;
        };
        var first = await app.RunAsync(new { agent, goal = "asked" });
        var approval = await app.AskedAsync();
        var second = await app.RunAsync(new { agent = "worker", goal = "second" });
        await RuntimeApp.UntilAsync(() => gates["second"].Arrived == 1);
        var third = await app.RunAsync(new { agent = "worker", goal = "third" });
        await app.RunWhenAsync(third, run => run["queue"] is not null);

        await app.AnswerAsync(approval, "accept");
        var waiting = await app.RunWhenAsync(first, run => run["queue"] is not null);
        var behind = await app.GetAsync($"runs/{third}");
        Assert.Equal((true, 1), ((bool)waiting["queue"]!["goesOn"]!, (int)waiting["queue"]!["position"]!));
        Assert.Equal((false, 2), ((bool)behind["queue"]!["goesOn"]!, (int)behind["queue"]!["position"]!));
        gates["second"].Open();
        await RuntimeApp.UntilAsync(() => gates["asked"].Arrived + gates["planned"].Arrived == 1);
        Assert.DoesNotContain("third", app.Tools.TextsOf("write"));
        gates["asked"].Open();
        gates["planned"].Open();

        foreach (var run in (string[])[first, second, third])
        {
            Assert.Equal("completed", (string)(await app.EndAsync(run))["status"]!);
        }

        Assert.Equal(1, app.Tools.MostAtOnce);
        await NothingRunsAsync(app);
    }

    [Fact]
    public async Task Forty_runs_that_wait_for_humans_hold_no_slot_and_all_go_on_within_the_limit()
    {
        const int Runs = 40;
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=2");
        var runs = await Task.WhenAll(Enumerable.Range(0, Runs).Select(index => app.RunAsync(new { agent = "asker", goal = $"g{index}" })));

        var pending = await app.PendingAsync(Runs);
        await NothingRunsAsync(app);
        await Task.WhenAll(pending.Select(approval => app.AnswerAsync(approval, "accept")));
        var ended = await Task.WhenAll(runs.Select(app.EndAsync));

        Assert.All(ended, run => Assert.Equal("completed", (string)run["status"]!));
        Assert.Equal(Runs, app.Tools.Attempts.Count(call => call.Context.Attempt == 1));
        Assert.InRange(app.Tools.MostAtOnce, 1, 2);
        await NothingRunsAsync(app);
    }

    [Fact]
    public async Task A_fan_out_runs_within_the_slot_of_its_root()
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=1");

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Equal(20, (int)run["children"]!["finished"]!);
    }

    [Fact]
    public async Task A_run_that_is_paused_for_budget_lets_another_have_its_slot()
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=1");
        var poor = await app.ThreadAsync(0.0005m, "poor");

        var first = await app.RunAsync(new { agent = "worker", goal = "first" }, poor);
        await app.InAsync(first, "paused");
        var second = await app.ResultAsync(new { agent = "worker", goal = "second" }, await app.ThreadAsync());
        await app.PostAsync($"threads/{poor}/budget", new { limitUsd = 5m, by = "ana", reason = "enough" });
        var paused = await app.EndAsync(first);

        Assert.Equal(("completed", "completed"), ((string)second["status"]!, (string)paused["status"]!));
        await NothingRunsAsync(app);
    }

    [Fact]
    public async Task A_suspended_run_lets_another_have_its_slot_and_waits_for_one_when_it_is_resumed()
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=1");
        var gates = new Dictionary<string, Gate> { ["first"] = new(), ["second"] = new() };
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gates[call.Text].PassAsync(cancellationToken);
            return call.Text;
        };
        var first = await app.RunAsync(new { agent = "worker", goal = "first" });
        await RuntimeApp.UntilAsync(() => gates["first"].Arrived == 1);

        await app.PostAsync($"runs/{first}/suspend", new { by = "ana" });
        var second = await app.RunAsync(new { agent = "worker", goal = "second" });
        await RuntimeApp.UntilAsync(() => gates["second"].Arrived == 1);
        gates["first"].Open();
        await app.PostAsync($"runs/{first}/resume", new { by = "ana" });
        var waiting = await app.RunWhenAsync(first, run => run["queue"] is not null);
        gates["second"].Open();

        Assert.True((bool)waiting["queue"]!["goesOn"]!);
        Assert.Equal("completed", (string)(await app.EndAsync(second))["status"]!);
        Assert.Equal("completed", (string)(await app.EndAsync(first))["status"]!);
        await NothingRunsAsync(app);
    }

    [Fact]
    public async Task A_run_that_is_suspended_while_it_waits_for_a_human_holds_no_slot_when_it_is_resumed()
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=1");
        var first = await app.RunAsync(new { agent = "asker", goal = "first" });
        var approval = await app.AskedAsync();

        await app.PostAsync($"runs/{first}/suspend", new { by = "ana" });
        await app.PostAsync($"runs/{first}/resume", new { by = "ana" });
        var second = await app.ResultAsync(new { agent = "worker", goal = "second" });
        await app.AnswerAsync(approval, "accept");

        Assert.Equal("completed", (string)second["status"]!);
        Assert.Equal("completed", (string)(await app.EndAsync(first))["status"]!);
        await NothingRunsAsync(app);
    }

    [Fact]
    public async Task A_run_that_is_rolled_back_after_its_end_waits_for_a_slot()
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=1");
        var first = await app.RunAsync(new { agent = "worker", goal = "first" });
        await app.EndAsync(first);
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Text == "second" ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Text;
        };
        var second = await app.RunAsync(new { agent = "worker", goal = "second" }, await app.ThreadAsync(threadId: "other"));
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);

        var (status, problem) = await app.PostAsync($"runs/{first}/rollback", new { checkpoint = 1, by = "ana", reason = "again" });
        Assert.True(status == HttpStatusCode.Accepted, problem.ToJsonString());
        await app.RunWhenAsync(first, run => run["queue"] is not null);
        gate.Open();

        Assert.Equal("completed", (string)(await app.EndAsync(second))["status"]!);
        Assert.Equal(1, (int)(await app.RunWhenAsync(first, run => (string)run["status"]! == "completed"))["branch"]!);
        await NothingRunsAsync(app);
    }

    [Fact]
    public async Task A_slot_whose_orchestration_was_terminated_behind_the_runtimes_back_is_freed()
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=1");
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Text == "first" ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Text;
        };
        var first = await app.RunAsync(new { agent = "worker", goal = "first" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);
        await app.Client.TerminateInstanceAsync(first, RuntimeApp.Ended);
        await app.Client.WaitForInstanceCompletionAsync(first, RuntimeApp.Ended);
        var second = await app.RunAsync(new { agent = "worker", goal = "second" });
        await app.RunWhenAsync(second, run => run["queue"] is not null);

        await app.Service<SlotReconciliation>().RunAsync(TimeSpan.Zero, app.Client, RuntimeApp.Ended);

        Assert.Equal("completed", (string)(await app.EndAsync(second))["status"]!);
        gate.Open();
    }

    private static Task NothingRunsAsync(RuntimeApp app) =>
        app.WhenAsync("queue", queue => (int)queue["running"]! == 0 && (int)queue["depth"]! == 0);
}
