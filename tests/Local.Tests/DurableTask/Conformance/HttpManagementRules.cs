using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Local.Tests.DurableTask.Conformance;

public sealed class HttpManagementRules(Apps<HttpManagementRules.Functions> apps) : IClassFixture<Apps<HttpManagementRules.Functions>>
{
    private const string Root = "/runtime/webhooks/durabletask/instances";

    private static CancellationToken Cancel => DurableApp.Cancel;

    private DurableApp App => apps.Of(replays: false);

    [Fact]
    public async Task An_instance_is_shown_as_accepted_while_it_runs_and_with_its_output_when_it_has_ended()
    {
        await StartAsync("Greets", "g1", "Ada");

        var running = await App.Http.GetAsync($"{Root}/g1", Cancel);
        var raised = await App.Http.PostAsJsonAsync($"{Root}/g1/raiseEvent/go", new { word = "hello" }, Cancel);
        await App.Client.WaitForInstanceCompletionAsync("g1", Cancel);
        var ended = await App.Http.GetAsync($"{Root}/g1", Cancel);

        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        Assert.EndsWith("/instances/g1", $"{running.Headers.Location}", StringComparison.Ordinal);
        Assert.NotNull(running.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Accepted, raised.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.Null(ended.Headers.Location);
        var shown = (await ended.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.Equal("Greets g1 Completed Ada hello Ada waited", $"{shown["name"]} {shown["instanceId"]} {shown["runtimeStatus"]} {shown["input"]} {shown["output"]} {shown["customStatus"]}");
        Assert.All(["createdTime", "lastUpdatedTime"], name => Assert.True(DateTimeOffset.TryParse((string?)shown[name], out _)));
    }

    [Theory]
    [InlineData("", HttpStatusCode.OK)]
    [InlineData("?returnInternalServerErrorOnFailure=false", HttpStatusCode.OK)]
    [InlineData("?returnInternalServerErrorOnFailure=true", HttpStatusCode.InternalServerError)]
    public async Task A_failed_instance_is_shown_with_200_or_if_asked_for_with_500(string query, HttpStatusCode expected)
    {
        var failed = await App.RunAsync("Fails");

        var answer = await App.Http.GetAsync($"{Root}/{failed.InstanceId}{query}", Cancel);

        Assert.Equal(expected, answer.StatusCode);
        var shown = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.Equal("Failed System.InvalidOperationException: as told", $"{shown["runtimeStatus"]} {shown["output"]}");
    }

    [Fact]
    public async Task The_input_is_left_out_on_request()
    {
        var ended = await App.RunAsync("Echoes", "secret");

        var shown = await App.Http.GetFromJsonAsync<JsonObject>($"{Root}/{ended.InstanceId}?showInput=false", Cancel);

        Assert.Null(shown!["input"]);
        Assert.Equal("secret", (string?)shown["output"]);
    }

    [Fact]
    public async Task The_history_is_shown_on_request_with_results_on_request()
    {
        await StartAsync("DoesEverything", "history", "in");
        await App.Client.RaiseEventAsync("history", "go", "now", Cancel);
        await App.Client.WaitForInstanceCompletionAsync("history", Cancel);

        var without = await App.Http.GetFromJsonAsync<JsonObject>($"{Root}/history", Cancel);
        var events = (await App.Http.GetFromJsonAsync<JsonObject>($"{Root}/history?showHistory=true&showHistoryOutput=true", Cancel))!["historyEvents"]!.AsArray();
        var bare = (await App.Http.GetFromJsonAsync<JsonObject>($"{Root}/history?showHistory=true&showInput=false", Cancel))!["historyEvents"]!.AsArray();

        Assert.Null(without!["historyEvents"]);
        var types = events.Select(each => (string)each!["EventType"]!).ToList();
        Assert.True(types.Remove("EventRaised"), "It comes at any time.");
        Assert.Equal(
            [
                "ExecutionStarted", "TaskCompleted", "TimerCreated", "TimerCreated", "TimerFired", "SubOrchestrationInstanceCompleted",
                "EntityOperationCompleted", "TaskFailed", "ExecutionCompleted",
            ],
            types);
        var activity = events.Single(each => (string)each!["EventType"]! == "TaskCompleted")!;
        Assert.Equal("Echo in in", $"{activity["FunctionName"]} {activity["Input"]} {activity["Result"]}");
        Assert.True((DateTime)activity["ScheduledTime"]! <= (DateTime)activity["Timestamp"]!);
        Assert.Equal("Completed", (string?)events[^1]!["OrchestrationStatus"]);
        Assert.Contains("as told", (string?)events.Single(each => (string)each!["EventType"]! == "TaskFailed")!["Reason"], StringComparison.Ordinal);
        Assert.All(bare, each => Assert.True(each!["Result"] is null && each["Input"] is null));
    }

    [Fact]
    public async Task An_instance_is_suspended_and_resumed_and_terminated_with_a_reason()
    {
        await StartAsync("Greets", "g2", "Ada");

        await PostAsync("g2/suspend?reason=lunch", HttpStatusCode.Accepted);
        await Eventually.GetAsync(() => App.Client.GetInstanceAsync("g2", Cancel), found => found!.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        Assert.Equal(HttpStatusCode.Accepted, (await App.Http.GetAsync($"{Root}/g2", Cancel)).StatusCode);
        await PostAsync("g2/resume", HttpStatusCode.Accepted);
        await Eventually.GetAsync(() => App.Client.GetInstanceAsync("g2", Cancel), found => found!.RuntimeStatus == OrchestrationRuntimeStatus.Running);
        await PostAsync("g2/terminate?reason=enough", HttpStatusCode.Accepted);

        var ended = await App.Client.WaitForInstanceCompletionAsync("g2", true, Cancel);
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
        Assert.Equal(HttpStatusCode.OK, (await App.Http.GetAsync($"{Root}/g2", Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("terminate")]
    [InlineData("suspend")]
    [InlineData("resume")]
    [InlineData("raiseEvent/go")]
    [InlineData("rewind")]
    public async Task What_has_finished_is_changed_no_more(string operation)
    {
        var ended = await App.RunAsync("Echoes", "done");

        await HttpRoutingTests.AssertProblemAsync(await PostAsync($"{ended.InstanceId}/{operation}", HttpStatusCode.Gone), HttpStatusCode.Gone);
    }

    [Theory]
    [InlineData("terminate")]
    [InlineData("suspend")]
    [InlineData("resume")]
    [InlineData("raiseEvent/go")]
    [InlineData("rewind")]
    [InlineData("restart")]
    public async Task What_does_not_exist_is_not_found(string operation) =>
        await HttpRoutingTests.AssertProblemAsync(await PostAsync($"nobody/{operation}", HttpStatusCode.NotFound), HttpStatusCode.NotFound);

    [Fact]
    public async Task An_instance_that_does_not_exist_is_neither_shown_nor_purged()
    {
        await HttpRoutingTests.AssertProblemAsync(await App.Http.GetAsync($"{Root}/nobody", Cancel), HttpStatusCode.NotFound);
        await HttpRoutingTests.AssertProblemAsync(await App.Http.DeleteAsync($"{Root}/nobody", Cancel), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_failed_instance_is_rewound_and_a_running_one_is_not()
    {
        var failed = await App.RunAsync("FailsAtFirst", "rewound");
        await StartAsync("Greets", "runs", "Ada");

        await HttpRoutingTests.AssertProblemAsync(await PostAsync("runs/rewind", HttpStatusCode.BadRequest), HttpStatusCode.BadRequest);
        await PostAsync($"{failed.InstanceId}/rewind?reason=repaired", HttpStatusCode.Accepted);

        var ended = await App.Client.WaitForInstanceCompletionAsync(failed.InstanceId, true, Cancel);
        Assert.Equal("second attempt", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_instance_is_restarted_under_a_new_id_or_its_own_and_the_answer_tells_where_it_is_managed()
    {
        var ended = await App.RunAsync("Echoes", "again");

        var renamed = (await (await PostAsync($"{ended.InstanceId}/restart", HttpStatusCode.Accepted)).Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        var same = await PostAsync($"{ended.InstanceId}/restart?restartWithNewInstanceId=false&timeout=30", HttpStatusCode.OK);

        Assert.NotEqual(ended.InstanceId, (string?)renamed["id"]);
        Assert.Equal("again", (await App.Client.WaitForInstanceCompletionAsync((string)renamed["id"]!, true, Cancel)).ReadOutputAs<string>());
        Assert.Contains((string)renamed["id"]!, (string?)renamed["statusQueryGetUri"], StringComparison.Ordinal);
        Assert.Equal("again", await same.Content.ReadFromJsonAsync<string>(Cancel));
    }

    [Fact]
    public async Task A_running_instance_is_not_restarted_under_its_own_id()
    {
        await StartAsync("Greets", "busy", "Ada");

        await HttpRoutingTests.AssertProblemAsync(
            await PostAsync("busy/restart?restartWithNewInstanceId=false", HttpStatusCode.Conflict), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task An_event_is_JSON()
    {
        await StartAsync("Greets", "typed", "Ada");

        await HttpRoutingTests.AssertProblemAsync(
            await App.Http.PostAsync($"{Root}/typed/raiseEvent/go", new StringContent("{ not json", Encoding.UTF8, "application/json"), Cancel), HttpStatusCode.BadRequest);
        await HttpRoutingTests.AssertProblemAsync(
            await App.Http.PostAsync($"{Root}/typed/raiseEvent/go", new StringContent("{}", Encoding.UTF8, "text/plain"), Cancel), HttpStatusCode.BadRequest);

        Assert.DoesNotContain(App.HistoryOf("typed").SelectMany(turn => turn), each => each is AgentFunctions.Local.DurableTask.History.EventRaised);
    }

    [Fact]
    public async Task Finished_instances_are_purged_and_others_are_not()
    {
        var done = await App.RunAsync("Echoes", "gone");
        await StartAsync("Greets", "open", "Ada");

        Assert.Equal(1, await PurgedAsync(await App.Http.DeleteAsync($"{Root}/{done.InstanceId}", Cancel)));
        Assert.Equal(0, await PurgedAsync(await App.Http.DeleteAsync($"{Root}/open", Cancel)));

        Assert.Null(await App.Client.GetInstanceAsync(done.InstanceId, Cancel));
        Assert.NotNull(await App.Client.GetInstanceAsync("open", Cancel));
    }

    [Fact]
    public async Task Instances_are_purged_by_time_and_status()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.RunAsync("Echoes", "one");
        await app.RunAsync("Fails");
        var since = Uri.EscapeDataString($"{DateTimeOffset.UtcNow.AddHours(-1):o}");

        var failed = await app.Http.DeleteAsync($"{Root}?createdTimeFrom={since}&runtimeStatus=Failed", Cancel);
        var rest = await app.Http.DeleteAsync($"{Root}?createdTimeFrom={since}", Cancel);
        var none = await app.Http.DeleteAsync($"{Root}?createdTimeFrom={since}", Cancel);

        Assert.Equal((1, 1), (await PurgedAsync(failed), await PurgedAsync(rest)));
        await HttpRoutingTests.AssertProblemAsync(none, HttpStatusCode.NotFound);
        await HttpRoutingTests.AssertProblemAsync(await app.Http.DeleteAsync(Root, Cancel), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Lists_go_on_where_the_page_before_ended()
    {
        foreach (var id in new[] { "seite-ä", "seite-b", "seite-c" })
        {
            await StartAsync("Greets", id, "Ada");
        }

        var first = await App.Http.GetAsync($"{Root}?top=2&instanceIdPrefix=seite-", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Root}?top=2&instanceIdPrefix=seite-");
        request.Headers.Add("x-ms-continuation-token", first.Headers.GetValues("x-ms-continuation-token"));
        var second = await App.Http.SendAsync(request, Cancel);

        Assert.Equal(2, (await first.Content.ReadFromJsonAsync<JsonArray>(Cancel))!.Count);
        Assert.Equal("seite-ä", (string)(await second.Content.ReadFromJsonAsync<JsonArray>(Cancel))!.Single()!["instanceId"]!);
        Assert.False(second.Headers.Contains("x-ms-continuation-token"));
    }

    [Fact]
    public async Task Lists_are_filtered_by_status_and_time_and_show_inputs_unless_told_not_to()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.RunAsync("Echoes", "one");
        await app.RunAsync("Fails");
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Greets", "Ada", new StartOrchestrationOptions("waits"), Cancel);
        await app.Client.WaitForInstanceStartAsync("waits", Cancel);
        var future = Uri.EscapeDataString($"{DateTimeOffset.UtcNow.AddHours(1):o}");
        async Task<IEnumerable<string>> NamesAsync(string query) =>
            (await app.Http.GetFromJsonAsync<JsonArray>($"{Root}?{query}", Cancel))!.Select(each => (string)each!["name"]!).Order(StringComparer.Ordinal);

        Assert.Equal(["Echoes", "Fails", "Greets"], await NamesAsync(string.Empty));
        Assert.Equal(["Echoes", "Fails"], await NamesAsync("runtimeStatus=Completed,Failed"));
        Assert.Equal(["Greets"], await NamesAsync("runtimeStatus=running"));
        Assert.Empty(await NamesAsync($"createdTimeFrom={future}"));
        Assert.Equal(3, (await NamesAsync($"createdTimeTo={future}")).Count());
        Assert.Null((await app.Http.GetFromJsonAsync<JsonArray>($"{Root}?runtimeStatus=Completed&showInput=false", Cancel))![0]!["input"]);
    }

    [Theory]
    [InlineData("?runtimeStatus=asleep")]
    [InlineData("?top=0")]
    [InlineData("?top=many")]
    [InlineData("?createdTimeFrom=yesterday")]
    [InlineData("/@entity@key")]
    public async Task A_malformed_request_is_a_400_problem(string request) =>
        await HttpRoutingTests.AssertProblemAsync(await App.Http.GetAsync(Root + request, Cancel), HttpStatusCode.BadRequest);

    [Fact]
    public async Task Another_task_hub_is_not_served_here()
    {
        var ended = await App.RunAsync("Echoes", "x");

        Assert.Equal(HttpStatusCode.OK, (await App.Http.GetAsync($"{Root}/{ended.InstanceId}?taskHub=TaskHub&connection=Storage", Cancel)).StatusCode);
        await HttpRoutingTests.AssertProblemAsync(await App.Http.GetAsync($"{Root}/{ended.InstanceId}?taskHub=other", Cancel), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task With_keys_the_routes_ask_for_the_system_key()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions), settings: ["--FunctionKeys:system=s3cret"]);

        await HttpRoutingTests.AssertProblemAsync(await app.Http.GetAsync($"{Root}/nobody", Cancel), HttpStatusCode.Unauthorized);
        await HttpRoutingTests.AssertProblemAsync(await app.Http.GetAsync($"{Root}/nobody?code=s3cret", Cancel), HttpStatusCode.NotFound);
    }

    private static async Task<int> PurgedAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (int)(await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!["instancesDeleted"]!;
    }

    private async Task StartAsync(string orchestrator, string id, string input)
    {
        await App.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(id), Cancel);
        await App.Client.WaitForInstanceStartAsync(id, Cancel);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, HttpStatusCode expected)
    {
        var answer = await App.Http.PostAsync($"{Root}/{path}", null, Cancel);
        Assert.Equal(expected, answer.StatusCode);
        return answer;
    }

    public sealed record Greeting(string Word);

    public sealed class Functions : TaskEntity<int>
    {
        private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> Attempts = new(StringComparer.Ordinal);

        [Function("Greets")]
        public static async Task<string> Greets([OrchestrationTrigger] TaskOrchestrationContext context, string name)
        {
            context.SetCustomStatus("waited");
            var greeting = await context.WaitForExternalEvent<Greeting>("go");
            return $"{greeting.Word} {name}";
        }

        [Function("Echoes")]
        public static string Echoes([OrchestrationTrigger] TaskOrchestrationContext context, string text) => text;

        [Function("Fails")]
        public static void Fails([OrchestrationTrigger] TaskOrchestrationContext context) => throw new InvalidOperationException("as told");

        [Function("FailsAtFirst")]
        public static Task<string> FailsAtFirst([OrchestrationTrigger] TaskOrchestrationContext context, string key) =>
            context.CallActivityAsync<string>("WorksTheSecondTime", key);

        [Function("WorksTheSecondTime")]
        public static string WorksTheSecondTime([ActivityTrigger] string key) => Attempts.AddOrUpdate(key, 1, (_, count) => count + 1) == 2
            ? "second attempt"
            : throw new InvalidOperationException("first attempt");

        [Function("DoesEverything")]
        public static async Task<string> DoesEverything([OrchestrationTrigger] TaskOrchestrationContext context, string input)
        {
            var echo = await context.CallActivityAsync<string>("Echo", input);
            using var cancel = new CancellationTokenSource();
            _ = context.CreateTimer(TimeSpan.FromDays(1), cancel.Token);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            cancel.Cancel();
            await context.CallSubOrchestratorAsync("Echoes", echo);
            await context.WaitForExternalEvent<string>("go");
            await context.Entities.CallEntityAsync(new EntityInstanceId("Tally", "x"), "Add", 1);
            try
            {
                await context.CallActivityAsync("Throws");
            }
            catch (TaskFailedException)
            {
                return "done";
            }

            return "no failure";
        }

        [Function("Echo")]
        public static string Echo([ActivityTrigger] string text) => text;

        [Function("Throws")]
        public static void Throws([ActivityTrigger] string? nothing) => throw new InvalidOperationException("as told");

        [Function("Tally")]
        public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        public void Add(int by) => State += by;
    }
}
