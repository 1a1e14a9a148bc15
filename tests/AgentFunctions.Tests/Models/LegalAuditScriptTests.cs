using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Models.Simulated;
using AgentFunctions.Tools;
using AgentFunctions.Yaml;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tests.Models;

/// <summary>The scripts that ship with the legal audit, held to the contract of the conversation.</summary>
public sealed class LegalAuditScriptTests
{
    private const string Termination = """{"present":true,"noticeDays":30,"contradictory":false,"evidence":[{"quote":"resilir \"a qualquer tempo\"","offset":812}],"confidence":0.9}""";
    private const string Lgpd = """{"items":{"legalBasis":{"present":true,"evidence":"art. 7º"},"dpo":{"present":false}}}""";
    private static readonly DefinitionFolder Pack = new(Path.Combine(AppContext.BaseDirectory, "packs", "legal-audit"));
    private static readonly SimulatedChatClient Client = new("gpt-test", new ScriptCatalog([Pack]), new Simulation(), Simulated.Tokens, TimeProvider.System);

    [Fact]
    public async Task The_first_plan_lists_reviews_each_and_reports()
    {
        var steps = await PlanAsync("""{"goal":"Audit","input":null,"completed":[],"failed":[],"replan":0,"problems":[]}""");
        AssertJson(
            """
            [
              {"id":"documents","kind":"tool","tool":"list_documents","args":{}},
              {"id":"reviews","kind":"fanOut","dependsOn":["documents"],"agent":"contract-reviewer","items":"${steps.documents.documents}",
               "goal":"Review the contract ${item.path}","input":"${item}","onFailure":"replanThenContinue"},
              {"id":"report","kind":"tool","tool":"write_report","dependsOn":["reviews"],"args":{"reviews":["${steps.reviews}"]}}
            ]
            """,
            steps);
    }

    [Fact]
    public async Task A_replan_retries_the_items_that_are_not_permanent_and_reports_over_all_reviews()
    {
        var steps = await PlanAsync(
            """
            {"goal":"Audit","replan":1,"completed":[{"id":"documents","kind":"tool"}],"failed":[{"id":"reviews","kind":"fanOut","reason":"3 of 50 failed",
             "failedItems":[
               {"index":1,"item":{"path":"a \"b\".txt","bytes":1},"reason":"x","kind":"unavailable","permanent":false},
               {"index":2,"item":{"path":"empty.txt"},"reason":"x","kind":"unreadable","permanent":true},
               {"index":3,"item":{"path":"c.txt"},"reason":"x","kind":"timeout","permanent":false}]}]}
            """);
        AssertJson(
            """
            [
              {"id":"reviews-r1","kind":"fanOut","agent":"contract-reviewer","items":[{"path":"a \"b\".txt","bytes":1},{"path":"c.txt"}],
               "goal":"Review the contract ${item.path}","input":"${item}","onFailure":"replanThenContinue"},
              {"id":"report","kind":"tool","tool":"write_report","dependsOn":["reviews-r1"],"args":{"reviews":["${steps.reviews}","${steps.reviews-r1}"]}}
            ]
            """,
            steps);
    }

    [Fact]
    public async Task A_second_replan_retries_what_the_first_left_open()
    {
        var steps = await PlanAsync(
            """
            {"goal":"Audit","replan":2,"completed":[{"id":"documents","kind":"tool"}],"failed":[
              {"id":"reviews","kind":"fanOut","reason":"x","failedItems":[]},
              {"id":"reviews-r1","kind":"fanOut","reason":"x","failedItems":[{"index":0,"item":{"path":"c.txt"},"reason":"x","permanent":false}]}]}
            """);
        Assert.Equal(["reviews-r2", "report"], steps.Select(step => step!["id"]!.GetValue<string>()));
        AssertJson("""[{"path":"c.txt"}]""", steps[0]!["items"]);
        AssertJson("""["${steps.reviews}","${steps.reviews-r1}","${steps.reviews-r2}"]""", steps[1]!["args"]!["reviews"]);
    }

    [Fact]
    public async Task Where_nothing_is_worth_a_retry_only_the_report_is_left()
    {
        var steps = await PlanAsync(
            """
            {"goal":"Audit","replan":1,"completed":[{"id":"documents","kind":"tool"}],"failed":[{"id":"reviews","kind":"fanOut","reason":"x",
             "failedItems":[{"index":2,"item":{"path":"empty.txt"},"reason":"x","kind":"unreadable","permanent":true}]}]}
            """);
        AssertJson("""[{"id":"report","kind":"tool","tool":"write_report","args":{"reviews":["${steps.reviews}"]}}]""", steps);
    }

    [Fact]
    public async Task A_failed_report_is_written_again_under_a_new_id_after_the_reviews_that_completed_late()
    {
        var steps = await PlanAsync(
            """
            {"goal":"Audit","replan":2,"completed":[{"id":"documents","kind":"tool"},{"id":"reviews-r1","kind":"fanOut"}],"failed":[
              {"id":"reviews","kind":"fanOut","reason":"x","failedItems":[]},{"id":"report","kind":"tool","reason":"x","failedItems":[]}]}
            """);
        AssertJson("""[{"id":"report-r2","kind":"tool","tool":"write_report","args":{"reviews":["${steps.reviews}","${steps.reviews-r1}"]}}]""", steps);
    }

    [Fact]
    public async Task A_failed_listing_starts_over_under_new_ids()
    {
        var steps = await PlanAsync(
            """{"goal":"Audit","replan":1,"completed":[],"failed":[{"id":"documents","kind":"tool","reason":"x","failedItems":[]}]}""");
        Assert.Equal(["documents-r1", "reviews-r1", "report"], steps.Select(step => step!["id"]!.GetValue<string>()));
        Assert.Equal("${steps.documents-r1.documents}", steps[1]!["items"]!.GetValue<string>());
        AssertJson("""["documents-r1"]""", steps[1]!["dependsOn"]);
        AssertJson("""["${steps.reviews-r1}"]""", steps[2]!["args"]!["reviews"]);
    }

    [Fact]
    public async Task The_reviewer_reads_analyses_records_and_answers_by_its_schema()
    {
        var talk = new List<ChatMessage> { Simulated.User("""{"goal":"Review","input":{"path":"contratos/são \"1\".txt","bytes":9}}""") };
        await TurnAsync(talk, ("read_document", """{"path":"contratos/são \"1\".txt"}""", """{"path":"p","language":"pt","words":1500,"text":"…"}"""));
        await TurnAsync(
            talk,
            ("analyze_termination", """{"path":"contratos/são \"1\".txt"}""", Termination),
            ("check_lgpd", """{"path":"contratos/são \"1\".txt"}""", Lgpd));
        await TurnAsync(
            talk,
            ("record_review", $$"""{"path":"contratos/são \"1\".txt","termination":{{Termination}},"lgpd":{{Lgpd}}}""", """{"recorded":true}"""));
        var answer = JsonNode.Parse((await AskAsync(talk)).Text);
        AssertJson($$"""{"path":"contratos/são \"1\".txt","language":"pt","words":1500,"termination":{{Termination}},"lgpd":{{Lgpd}}}""", answer);
        Assert.Equal(["'lgpd.items.breachNotification' is missing."], OutputProblems(answer)[..1]);
    }

    [Theory]
    [InlineData("read_document", "unreadable")]
    [InlineData("analyze_termination", "unavailable")]
    [InlineData("record_review", "timeout")]
    public async Task The_reviewer_reports_a_failed_tool_at_any_turn(string tool, string kind)
    {
        var answer = await AskAsync(
        [
            Simulated.User("""{"goal":"Review","input":{"path":"a.txt"}}"""),
            Simulated.Asks("c1", tool),
            Simulated.Answers("c1", $$$"""{"status":"failed","failure":{"kind":"{{{kind}}}","message":"The file \"a.txt\" is empty.","attempts":3}}"""),
        ]);
        var call = Assert.Single(answer.Messages.Single().Contents.OfType<FunctionCallContent>());
        Assert.Equal("report_failure", call.Name);
        Assert.Equal($"{tool}: {kind}: The file \"a.txt\" is empty.", call.Arguments!["reason"]!.ToString());
    }

    private static List<string> OutputProblems(JsonNode? answer)
    {
        var agent = AgentDefinitionReader.Read(YamlFile.Load(Path.Combine(Pack.Path, "agents", "contract-reviewer.yaml")));
        return [.. ValueSchema.Read(agent.Definition.Output!.ToJsonString()).Validate(answer).Order(StringComparer.Ordinal)];
    }

    private static async Task TurnAsync(List<ChatMessage> talk, params (string Tool, string Arguments, string Value)[] expected)
    {
        var message = (await AskAsync(talk)).Messages.Single();
        var calls = message.Contents.OfType<FunctionCallContent>().ToList();
        Assert.Equal(expected.Select(call => call.Tool), calls.Select(call => call.Name));
        foreach (var (call, (_, arguments, _)) in calls.Zip(expected))
        {
            AssertJson(arguments, JsonSerializer.SerializeToNode(call.Arguments, AgentJson.Options));
        }

        talk.Add(message);
        talk.AddRange(calls.Zip(expected, (call, answer) => Simulated.Answers(call.CallId, $$"""{"status":"ok","value":{{answer.Value}}}""")));
    }

    private static Task<ChatResponse> AskAsync(List<ChatMessage> talk) =>
        Client.GetResponseAsync(talk, Simulated.Options(agent: "contract-reviewer", key: $"turn-{talk.Count}"));

    private static async Task<JsonArray> PlanAsync(string question)
    {
        var response = await Client.GetResponseAsync([Simulated.User(question)], Simulated.Options("plan", agent: "legal-auditor"));
        return JsonNode.Parse(response.Text)!["steps"]!.AsArray();
    }

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {JsonNode.Parse(expected)}\nActual {actual}");
}
