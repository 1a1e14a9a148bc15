using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Runs;
using AgentFunctions.Telemetry;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Telemetry;

/// <summary>What both exports show of runs.</summary>
public class RunTelemetryTests
{
    private const string Caller = "00f067aa0ba902b7";
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Email = "maria@example.com";
    private const int Server = 2;
    private const int Client = 3;

    private const string LooksItUp =
        """
          - when: results.look_up == nil
            calls:
              - {tool: look_up, args: '{"text": {{ input.name | json }}}'}
          - text: '{{ goal }}: {{ results.look_up.value }}'
        """;

    private static TestPack Team() => new TestPack()
        .Planner("boss", "tools: [keep]\nagents: [clerk]\npolicy: careful", """{"steps":[{"id":"each","kind":"fanOut","items":"${input}","agent":"clerk","goal":"Ask ${item.name}"}]}""")
        .React("clerk", "tools: [look_up]\npolicy: careful", LooksItUp)
        .Policy("careful", "data: [{name: personal, patterns: [email], in: [logs]}]");

    private static async Task<string> StartAsync(RuntimeApp app)
    {
        // The caller does not sample its own trace; what the app emits is needed nevertheless.
        var body = JsonContent.Create(new { agent = "boss", goal = "Ask the confidential", input = new[] { new { name = Email }, new { name = "bob" } } });
        var (status, run) = await app.SendAsync(
            HttpMethod.Post, $"threads/{await app.ThreadAsync()}/runs", body, idempotencyKey: null, ("traceparent", $"00-{Trace}-{Caller}-00"));
        Assert.Equal(HttpStatusCode.Accepted, status);
        return (string)run["runId"]!;
    }

    private static decimal Cost(IEnumerable<SeenSpan> spans, string name = TelemetryNames.CostUsd) =>
        spans.Sum(span => Convert.ToDecimal(span[name] ?? 0d, CultureInfo.InvariantCulture));

    [Fact]
    public async Task One_run_with_its_children_is_one_trace_in_both_exports()
    {
        await using var collector = await Collector.StartAsync();
        string runId;
        decimal costUsd;
        await using (var app = await RuntimeApp.StartAsync(Team(), folder: null, collector.Settings))
        {
            runId = await StartAsync(app);
            Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
            costUsd = (await app.Service<AgentFunctions.Storage.IRunStore>().ListTreeAsync(runId, RuntimeApp.Ended)).Sum(run => run.Usage.CostUsd);
        }

        var spans = collector.Spans.Where(span => span.TraceId == Trace).ToList();
        var ids = spans.Select(span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(spans.Count, ids.Count);
        Assert.All(spans, span => Assert.True(ids.Contains(span.ParentId) || span.ParentId == Caller, $"{span.Text} has no parent."));

        var request = Assert.Single(spans, span => span.ParentId == Caller);
        Assert.Equal(("POST CreateRun", Server), (request.Name, request.Kind));
        var sent = Assert.Single(spans, span => span.Name == "send runs");
        Assert.Equal(request.SpanId, sent.ParentId);
        Assert.Equal(sent.SpanId, Assert.Single(spans, span => span.Name == "process runs").ParentId);

        var boss = Assert.Single(spans, span => span.Name == "invoke_agent boss");
        Assert.Equal(request.SpanId, boss.ParentId);
        Assert.Equal(("invoke_agent", "AGENT", "completed", "case"), (
            boss["gen_ai.operation.name"], boss["openinference.span.kind"], boss[TelemetryNames.RunStatus], boss["gen_ai.conversation.id"]));
        var clerks = spans.Where(span => span.Name == "invoke_agent clerk").ToList();
        Assert.Equal(2, clerks.Count);
        Assert.All(clerks, clerk => Assert.Equal(boss.SpanId, clerk.ParentId));

        var byId = spans.ToDictionary(span => span.SpanId);
        var chats = spans.Where(span => span.Name.StartsWith("chat ", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, chats.Count);
        Assert.All(chats, chat =>
        {
            Assert.Equal((Client, "chat", "LLM"), (chat.Kind, chat["gen_ai.operation.name"], chat["openinference.span.kind"]));
            Assert.Equal("simulated", chat["gen_ai.provider.name"]);
            Assert.NotNull(chat["gen_ai.request.model"]);
            Assert.NotNull(chat["gen_ai.response.model"]);
            Assert.Equal(chat["llm.token_count.prompt"], chat["gen_ai.usage.input_tokens"]);
            Assert.Equal(chat["llm.token_count.completion"], chat["gen_ai.usage.output_tokens"]);
            Assert.StartsWith("activity ", byId[chat.ParentId].Name, StringComparison.Ordinal);
            Assert.Equal(byId[chat.ParentId][TelemetryNames.RunId], byId[byId[chat.ParentId].ParentId][TelemetryNames.RunId]);
        });

        var tools = spans.Where(span => span.Name == "execute_tool look_up").ToList();
        Assert.Equal(2, tools.Count);
        Assert.All(tools, tool =>
        {
            Assert.Equal(("execute_tool", "look_up", "TOOL"), (tool["gen_ai.operation.name"], tool["gen_ai.tool.name"], tool["openinference.span.kind"]));
            Assert.NotNull(tool["gen_ai.tool.call.id"]);
            Assert.Contains(byId[byId[tool.ParentId].ParentId], clerks);
        });

        Assert.True(costUsd > 0m);
        Assert.Equal(costUsd, Cost(spans));
        Assert.Equal(costUsd, Cost(spans, TelemetryNames.RunCostUsd));
        Assert.All(collector.Spans, span => Assert.DoesNotContain("confidential", span.Text, StringComparison.Ordinal));
        Assert.All(collector.Spans, span => Assert.DoesNotContain(Email, span.Text, StringComparison.Ordinal));

        var items = collector.Items.Where(item => (string?)item["tags"]?["ai.operation.id"] == Trace && item["data"]!["baseData"]!["id"] is not null).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), items.Select(item => (string)item["data"]!["baseData"]!["id"]!).Order(StringComparer.Ordinal));
        Assert.All(items, item => Assert.Equal(byId[(string)item["data"]!["baseData"]!["id"]!].ParentId, (string)item["tags"]!["ai.operation.parentId"]!));
        var priced = items.Select(item => item["data"]!["baseData"]!["properties"]?[TelemetryNames.CostUsd]).OfType<JsonNode>();
        Assert.Equal(costUsd, priced.Sum(cost => decimal.Parse((string)cost!, NumberStyles.Float, CultureInfo.InvariantCulture)));
        Assert.All(collector.Items, item => Assert.DoesNotContain("confidential", item.ToJsonString(), StringComparison.Ordinal));

        Assert.Superset(
            new HashSet<string>(["gen_ai.client.token.usage", "gen_ai.client.operation.duration", TelemetryNames.CostUsd, "agentfunctions.runs.ended", RunGauges.Runs, RunGauges.BudgetPaused]),
            collector.Metrics.ToHashSet(StringComparer.Ordinal));
        Assert.Contains(collector.Items, item => item.ToJsonString().Contains("gen_ai.client.token.usage", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Content_is_captured_only_when_that_is_switched_on_and_then_it_is_redacted()
    {
        await using var collector = await Collector.StartAsync();
        await using (var app = await RuntimeApp.StartAsync(Team(), folder: null, [.. collector.Settings, "--Telemetry:CaptureContent=true"]))
        {
            Assert.Equal("completed", (string)(await app.EndAsync(await StartAsync(app)))["status"]!);
        }

        var spans = collector.Spans.Where(span => span.TraceId == Trace).ToList();
        Assert.Contains(spans, span => ((string?)span["gen_ai.input.messages"])?.Contains("confidential", StringComparison.Ordinal) == true);
        Assert.Contains(spans, span => ((string?)span["gen_ai.tool.call.arguments"])?.Contains("bob", StringComparison.Ordinal) == true);
        Assert.Contains(spans, span => ((string?)span["gen_ai.tool.call.result"])?.Contains("[redacted:email]", StringComparison.Ordinal) == true);
        Assert.All(collector.Spans, span => Assert.DoesNotContain(Email, span.Text, StringComparison.Ordinal));
        Assert.All(collector.Items, item => Assert.DoesNotContain(Email, item.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_outlives_its_process_keeps_its_trace_and_has_one_span_and_its_approval_is_an_event()
    {
        await using var collector = await Collector.StartAsync();
        using var folder = new AgentFunctions.Tests.Storage.TempFolder();
        var pack = new TestPack().Planner("boss", "tools: [keep]", """{"steps":[{"id":"ask","kind":"approval","description":"Go, confidential?"}]}""");
        string runId;
        await using (var first = await RuntimeApp.StartAsync(pack, folder.Path, collector.Settings))
        {
            runId = await first.RunAsync(new { agent = "boss", goal = "x" });
            await first.InAsync(runId, "waiting");
        }

        // The spans of the runs of tests beside this one arrive here too: sources of spans are the process's.
        bool IsTheRun(SeenSpan span) => span.Name == "invoke_agent boss" && runId.Equals(span[TelemetryNames.RunId]);

        Assert.DoesNotContain(collector.Spans, IsTheRun);
        await using (var second = await RuntimeApp.StartAsync(pack, folder.Path, collector.Settings))
        {
            var approval = (await second.GetAsync("approvals?status=pending"))["approvals"]![0]!;
            await second.PostAsync($"approvals/{approval["approvalId"]}", new { type = "accept", by = "ana" });
            Assert.Equal("completed", (string)(await second.EndAsync(runId))["status"]!);
        }

        var run = Assert.Single(collector.Spans, IsTheRun);
        var request = Assert.Single(collector.Spans, span => span.Name == "POST CreateRun" && span.TraceId == run.TraceId);
        Assert.Equal((request.TraceId, request.SpanId), (run.TraceId, run.ParentId));
        Assert.All(
            collector.Spans.Where(span => runId.Equals(span[TelemetryNames.RunId])),
            span => Assert.Equal(run.TraceId, span.TraceId));
        foreach (var type in new[] { "approval.requested", "approval.answered" })
        {
            var span = Assert.Single(collector.Spans, span => span.Name == type && span.TraceId == run.TraceId);
            Assert.Equal((run.TraceId, run.SpanId), (span.TraceId, span.ParentId));
            var log = Assert.Single(collector.Logs, log => log.TraceId == run.TraceId && type.Equals(log.Attributes.GetValueOrDefault("microsoft.custom_event.name")));
            Assert.Equal((span.TraceId, span.SpanId), (log.TraceId, log.SpanId));
            Assert.Contains(collector.Items, item => (string?)item["data"]!["baseType"] == "EventData" && (string?)item["data"]!["baseData"]!["name"] == type);
        }

        Assert.All(collector.Logs, log => Assert.DoesNotContain("confidential", log.Body + string.Join(' ', log.Attributes.Values), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_budget_alert_is_an_event()
    {
        await using var collector = await Collector.StartAsync();
        var pack = new TestPack().React("clerk", "tools: [look_up]\nlimits: {maxOutputTokens: 100}\nbudget: {usd: 0.02, alertAt: 0.01}", LooksItUp);
        string runId;
        await using (var app = await RuntimeApp.StartAsync(pack, folder: null, collector.Settings))
        {
            runId = await app.RunAsync(new { agent = "clerk", goal = "x", input = new { name = "bob" } });
            await app.EndAsync(runId);
        }

        var alert = Assert.Single(collector.Spans, span => span.Name == "budget.alert" && runId.Equals(span[TelemetryNames.RunId]));
        Assert.Equal("run", alert["agentfunctions.event.level"]);
        Assert.Contains(collector.Items, item => (string?)item["data"]!["baseType"] == "EventData" && (string?)item["data"]!["baseData"]!["name"] == "budget.alert");
    }

    [Fact]
    public void A_runs_place_follows_from_its_record()
    {
        var run = Record("run-1", root: "run-1", traceParent: null);
        var child = Record("run-2", root: "run-1", RunTrace.Of(run).TraceParent);

        Assert.Equal(RunTrace.Of(run).Own, RunTrace.Of(run with { Status = RunStatus.Completed }).Own);
        Assert.Equal(RunTrace.Of(run).Own.TraceId, RunTrace.Of(child).Own.TraceId);
        Assert.Equal(RunTrace.Of(run).Own.SpanId, RunTrace.Of(child).Parent.SpanId);
        Assert.NotEqual(RunTrace.Of(run).Own.SpanId, RunTrace.Of(run, branch: 1).Own.SpanId);
        Assert.NotEqual(RunTrace.Of(run).Own.TraceId, RunTrace.Of(Record("run-3", root: "run-3", traceParent: null)).Own.TraceId);
    }

    private static RunRecord Record(string runId, string root, string? traceParent) => new()
    {
        RunId = runId,
        RootRunId = root,
        ThreadId = "case",
        Tenant = "acme",
        Agent = "boss",
        AgentHash = "",
        Goal = "x",
        RequestHash = "",
        CreatedAt = DateTimeOffset.UnixEpoch,
        TraceParent = traceParent,
    };
}
