using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Approvals;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Policies;

/// <summary>What one call may spend, and from when on a human decides.</summary>
public sealed class SpendRuleTests
{
    private const string Bounded =
        "spend: [{name: pay, tool: keep, amount: value.usd, approvalAboveUsd: 10, denyAboveUsd: 1000, approval: {groups: [finance], approvers: 2}}]";

    [Theory]
    [InlineData("0")]
    [InlineData("9.99")]
    [InlineData("10")]
    [InlineData("1e1")]
    public async Task A_call_that_spends_no_more_than_the_rule_allows_is_made_at_once(string usd)
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(Bounded, usd));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal("ok", ((string)run["result"]!).Trim());
        Assert.Single(app.Tools.Attempts);
    }

    [Fact]
    public async Task A_call_that_spends_more_waits_for_the_humans_that_the_rule_names()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(Bounded, "10.01"), folder: null, Asking.Principals);
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });

        var approval = await app.AskedAsync();
        var stranger = (await app.AnswerAsAsync("eve; groups=sales", approval, "accept")).Status;
        var first = (await app.AnswerAsAsync("ana; groups=finance", approval, "accept")).Status;
        var before = app.Tools.Attempts.Count;
        var second = (await app.AnswerAsAsync("bo; groups=finance", approval, "accept")).Status;
        var run = await app.EndAsync(runId);

        Assert.Equal(("careful", "pay"), ((string)approval["policy"]!["name"]!, (string)approval["policy"]!["rule"]!));
        Assert.Equal("""{"value":{"usd":10.01}}""", approval["action_request"]!["args"]!.ToJsonString());
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.OK, 0), (stranger, first, second, before));
        Assert.Equal("ok", ((string)run["result"]!).Trim());
        Assert.Single(app.Tools.Attempts);
    }

    [Fact]
    public async Task A_call_that_a_human_refuses_is_not_made_and_the_model_sees_it_as_denied()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(
            "spend: [{name: pay, tool: keep, amount: value.usd, approvalAboveUsd: 10}]", "11"));
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });

        await app.AnswerAsync(await app.AskedAsync(), "ignore");

        Assert.Equal("failed denied", (string)(await app.EndAsync(runId))["result"]!);
        Assert.Empty(app.Tools.Attempts);
    }

    [Fact]
    public async Task An_amount_that_a_human_changes_is_checked_again()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(
            "spend: [{name: pay, tool: keep, amount: value.usd, approvalAboveUsd: 10, denyAboveUsd: 1000}]", "11"));
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });
        var approval = await app.AskedAsync();

        var (status, problem) = await app.AnswerAsync(approval, "edit", new { value = new { usd = 1000.01m } });
        var after = await app.GetAsync($"approvals/{approval.Id()}");
        var (unknown, _) = await app.AnswerAsync(approval, "edit", new { value = new { eur = 5 } });
        var before = app.Tools.Attempts.Count;
        await app.AnswerAsync(approval, "edit", new { value = new { usd = 1000 } });
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.BadRequest, "args"), (status, problem.Field()));
        Assert.Contains("(rule 'pay' of the policy 'careful')", Message(problem), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, 0), (unknown, before));
        Assert.Equal(approval.ToJsonString(), after.ToJsonString());
        Assert.Equal("ok", ((string)run["result"]!).Trim());
        Assert.Equal(1000, (int)Assert.Single(app.Tools.Attempts).Value!["usd"]!);
    }

    [Fact]
    public async Task An_amount_that_others_would_be_asked_about_is_not_put_in_by_those_who_were_asked_about_less()
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack()
                .Policy("careful", Bounded)
                .React("clerk", "tools: [keep]\npolicy: careful\napprovals: {tools: {keep: {groups: [sales]}}}", Paying("5")),
            folder: null,
            Asking.Principals);
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });
        var approval = await app.AskedAsync();

        var (status, problem) = await app.AnswerAsAsync("eve; groups=sales", approval, "edit", new { value = new { usd = 11 } });
        var (less, _) = await app.AnswerAsAsync("eve; groups=sales", approval, "edit", new { value = new { usd = 10 } });
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.BadRequest, "args", HttpStatusCode.OK), (status, problem.Field(), less));
        Assert.Contains("rule 'pay' of 'careful'", Message(problem), StringComparison.Ordinal);
        Assert.Equal("ok", ((string)run["result"]!).Trim());
        Assert.Equal(10, (int)Assert.Single(app.Tools.Attempts).Value!["usd"]!);
    }

    [Theory]
    [InlineData("1000.01")]
    [InlineData("-1")]
    [InlineData("\"5\"")]
    [InlineData("null")]
    [InlineData("1e400")]
    [InlineData("{}")]
    public async Task A_call_that_spends_too_much_or_nobody_knows_what_is_denied_and_nobody_is_asked(string usd)
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(Bounded, usd));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal("failed denied", (string)run["result"]!);
        Assert.Empty(app.Tools.Attempts);
        Assert.Empty((await app.GetAsync("approvals"))["approvals"]!.AsArray());
        Assert.Equal("pay", await RuleAsync(app, (string)run["runId"]!));
    }

    [Theory]
    [InlineData("denyAboveUsd: 2.49", "failed denied")]
    [InlineData("denyAboveUsd: 2.50", "ok")]
    public async Task What_a_tool_declares_to_cost_counts_where_no_argument_is_named(string bound, string result)
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", $"spend: [{{name: cheap, tool: 'p*', {bound}}}]")
            .React("clerk", "tools: [pay]\npolicy: careful",
                """
                  - when: history.size == 0
                    calls:
                      - {tool: pay, args: '{"text": "Bo"}'}
                  - text: '{{ results.pay.status }} {{ results.pay.failure.kind }}'
                """));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal(result, ((string)run["result"]!).Trim());
    }

    [Fact]
    public async Task A_step_of_a_plan_that_spends_more_waits_too_and_one_that_spends_too_much_is_not_accepted()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "spend: [{name: pay, tool: keep, amount: value.usd, approvalAboveUsd: 10, denyAboveUsd: 1000}]")
            .Planner("boss", "tools: [keep]\npolicy: careful",
                """{"steps":[{"id":"a","kind":"tool","tool":"keep","args":{"value":{"usd":{% if problems.size == 0 %}1001{% else %}11{% endif %}}}}]}"""));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });

        await app.AnswerAsync(await app.AskedAsync(), "accept");
        var run = await app.EndAsync(runId);

        Assert.Equal(("completed", 11), ((string)run["status"]!, (int)run["result"]!["usd"]!));
        Assert.Equal("pay", await RuleAsync(app, runId));
    }

    private static TestPack Clerk(string rules, string usd) =>
        new TestPack().Policy("careful", rules).React("clerk", "tools: [keep]\npolicy: careful", Paying(usd));

    private static string Paying(string usd) =>
        $$$"""
          - when: history.size == 0
            calls:
              - {tool: keep, args: '{"value": {"usd": {{{usd}}}}}'}
          - text: '{{ results.keep.status }} {{ results.keep.failure.kind }}'
        """;

    private static string Message(JsonObject problem) => (string)problem["errors"]![0]!["problem"]!;

    private static async Task<string> RuleAsync(RuntimeApp app, string runId) =>
        (string)(await app.EventsAsync(runId, "policy.denied")).Single()["policy"]!["rule"]!;
}
