using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Local.Tests.DurableTask.Conformance;

public class HttpManagementRules
{
    private const string Root = "/runtime/webhooks/durabletask/instances";

    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task An_instance_is_shown_as_accepted_while_it_runs_and_with_its_output_when_it_has_ended()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Greets", "Ada", new StartOrchestrationOptions("g1"), Cancel);
        await app.Client.WaitForInstanceStartAsync("g1", Cancel);

        var running = await app.Http.GetAsync($"{Root}/g1", Cancel);
        var raised = await app.Http.PostAsJsonAsync($"{Root}/g1/raiseEvent/go", new { word = "hello" }, Cancel);
        await app.Client.WaitForInstanceCompletionAsync("g1", Cancel);
        var ended = await app.Http.GetAsync($"{Root}/g1", Cancel);

        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        Assert.EndsWith("/instances/g1", $"{running.Headers.Location}", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, raised.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        var shown = (await ended.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.Equal("Greets g1 Completed Ada hello Ada waited", $"{shown["name"]} {shown["instanceId"]} {shown["runtimeStatus"]} {shown["input"]} {shown["output"]} {shown["customStatus"]}");
    }

    [Fact]
    public async Task Instances_are_suspended_resumed_terminated_restarted_and_purged()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Greets", "Ada", new StartOrchestrationOptions("g2"), Cancel);

        await PostAsync(app, "g2/suspend?reason=lunch", HttpStatusCode.Accepted);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync("g2", Cancel), found => found!.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        await PostAsync(app, "g2/resume", HttpStatusCode.Accepted);
        await PostAsync(app, "g2/terminate?reason=enough", HttpStatusCode.Accepted);
        var ended = await app.Client.WaitForInstanceCompletionAsync("g2", true, Cancel);
        await PostAsync(app, "g2/terminate", HttpStatusCode.Gone);
        await PostAsync(app, "g2/raiseEvent/go", HttpStatusCode.Gone);
        await PostAsync(app, "g2/rewind", HttpStatusCode.Gone);
        var restarted = await (await PostAsync(app, "g2/restart", HttpStatusCode.Accepted)).Content.ReadFromJsonAsync<JsonObject>(Cancel);
        var purged = await app.Http.DeleteAsync($"{Root}/g2", Cancel);

        Assert.Equal("enough", ended.ReadOutputAs<string>());
        Assert.NotNull(await app.Client.GetInstanceAsync((string)restarted!["id"]!, Cancel));
        Assert.Equal(HttpStatusCode.OK, purged.StatusCode);
        Assert.Null(await app.Client.GetInstanceAsync("g2", Cancel));
    }

    [Fact]
    public async Task Bad_requests_are_problems()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Greets", "Ada", new StartOrchestrationOptions("g3"), Cancel);

        await HttpRoutingTests.AssertProblemAsync(await app.Http.GetAsync($"{Root}/nobody", Cancel), HttpStatusCode.NotFound);
        await HttpRoutingTests.AssertProblemAsync(await app.Http.DeleteAsync($"{Root}/g3", Cancel), HttpStatusCode.NotFound);
        await HttpRoutingTests.AssertProblemAsync(
            await app.Http.PostAsync($"{Root}/g3/raiseEvent/go", new StringContent("{ not json"), Cancel), HttpStatusCode.BadRequest);
        await HttpRoutingTests.AssertProblemAsync(await app.Http.GetAsync($"{Root}?runtimeStatus=asleep", Cancel), HttpStatusCode.BadRequest);
        await HttpRoutingTests.AssertProblemAsync(await app.Http.GetAsync($"{Root}?top=0", Cancel), HttpStatusCode.BadRequest);
        await HttpRoutingTests.AssertProblemAsync(await app.Http.DeleteAsync(Root, Cancel), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Lists_go_on_where_the_page_before_ended()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        for (var i = 0; i < 3; i++)
        {
            await app.Client.ScheduleNewOrchestrationInstanceAsync("Greets", "Ada", new StartOrchestrationOptions($"l{i}"), Cancel);
        }

        var first = await app.Http.GetAsync($"{Root}?top=2&instanceIdPrefix=l", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Root}?top=2&instanceIdPrefix=l");
        request.Headers.Add("x-ms-continuation-token", first.Headers.GetValues("x-ms-continuation-token"));
        var second = await app.Http.SendAsync(request, Cancel);

        Assert.Equal(2, (await first.Content.ReadFromJsonAsync<JsonArray>(Cancel))!.Count);
        Assert.Equal("l2", (string)(await second.Content.ReadFromJsonAsync<JsonArray>(Cancel))!.Single()!["instanceId"]!);
    }

    [Fact]
    public async Task With_keys_the_routes_ask_for_the_system_key()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions), settings: ["--FunctionKeys:system=s3cret"]);

        await HttpRoutingTests.AssertProblemAsync(await app.Http.GetAsync($"{Root}/nobody", Cancel), HttpStatusCode.Unauthorized);
        await HttpRoutingTests.AssertProblemAsync(await app.Http.GetAsync($"{Root}/nobody?code=s3cret", Cancel), HttpStatusCode.NotFound);
    }

    private static async Task<HttpResponseMessage> PostAsync(DurableApp app, string path, HttpStatusCode expected)
    {
        var answer = await app.Http.PostAsync($"{Root}/{path}", null, Cancel);
        Assert.Equal(expected, answer.StatusCode);
        return answer;
    }

    public sealed record Greeting(string Word);

    public class Functions
    {
        [Function("Greets")]
        public static async Task<string> Greets([OrchestrationTrigger] TaskOrchestrationContext context, string name)
        {
            context.SetCustomStatus("waited");
            var greeting = await context.WaitForExternalEvent<Greeting>("go");
            return $"{greeting.Word} {name}";
        }
    }
}
