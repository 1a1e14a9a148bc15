using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Local.Tests.Worker;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Local.Tests.DurableTask.Conformance;

public sealed class HttpStartRules(Apps<HttpStartRules.Functions> apps) : IClassFixture<Apps<HttpStartRules.Functions>>
{
    private const string Root = "/runtime/webhooks/durabletask/orchestrators";

    private static readonly string[] Addresses =
    [
        "statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "purgeHistoryDeleteUri", "rewindPostUri", "suspendPostUri", "resumePostUri", "restartPostUri",
    ];

    private static CancellationToken Cancel => DurableApp.Cancel;

    private DurableApp App => apps.Of(replays: false);

    [Theory]
    [InlineData("Echoes", null)]
    [InlineData("echoes/given-id", "given-id")]
    public async Task A_start_answers_with_the_addresses_at_which_the_instance_is_managed(string path, string? id)
    {
        var answer = await App.Http.PostAsJsonAsync($"{Root}/{path}", "hello", Cancel);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var payload = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.Equal(id ?? (string?)payload["id"], (string?)payload["id"]);
        Assert.Equal((string?)payload["statusQueryGetUri"], $"{answer.Headers.Location}");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("hello", (await App.Client.WaitForInstanceCompletionAsync((string)payload["id"]!, true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(HttpStatusCode.OK, (await App.Http.GetAsync((string)payload["statusQueryGetUri"]!, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Every_address_of_the_payload_does_what_it_says()
    {
        var payload = await StartAsync("WaitsForGo");
        async Task DoAsync(string name, HttpStatusCode expected, string placeholder, string value)
        {
            var address = ((string)payload[name]!).Replace(placeholder, value, StringComparison.Ordinal);
            using var nothing = new StringContent("\"x\"", Encoding.UTF8, "application/json");
            Assert.Equal(expected, (await App.Http.PostAsync(address, nothing, Cancel)).StatusCode);
        }

        await DoAsync("suspendPostUri", HttpStatusCode.Accepted, "{text}", "lunch");
        await DoAsync("resumePostUri", HttpStatusCode.Accepted, "{text}", "back");
        await DoAsync("sendEventPostUri", HttpStatusCode.Accepted, "{eventName}", "go");
        await App.Client.WaitForInstanceCompletionAsync((string)payload["id"]!, Cancel);
        await DoAsync("terminatePostUri", HttpStatusCode.Gone, "{text}", "late");
        await DoAsync("rewindPostUri", HttpStatusCode.Gone, "{text}", "late");
        await DoAsync("restartPostUri", HttpStatusCode.Accepted, "{text}", string.Empty);
        Assert.Equal(HttpStatusCode.OK, (await App.Http.GetAsync((string)payload["statusQueryGetUri"]!, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await App.Http.DeleteAsync((string)payload["purgeHistoryDeleteUri"]!, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_start_that_waits_answers_with_the_output_or_after_its_timeout_with_the_addresses()
    {
        var done = await App.Http.PostAsJsonAsync($"{Root}/Echoes?timeout=30&pollingInterval=1", "quick", Cancel);
        var waiting = await App.Http.PostAsync($"{Root}/WaitsForGo?timeout=0.05&pollingInterval=0.01", null, Cancel);
        var failed = await App.Http.PostAsync($"{Root}/Fails?timeout=30&pollingInterval=1", null, Cancel);

        Assert.Equal((HttpStatusCode.OK, "quick"), (done.StatusCode, await done.Content.ReadFromJsonAsync<string>(Cancel)));
        Assert.Equal(HttpStatusCode.Accepted, waiting.StatusCode);
        Assert.Equal(HttpStatusCode.OK, failed.StatusCode);
        Assert.Equal("Failed", (string?)(await failed.Content.ReadFromJsonAsync<JsonObject>(Cancel))!["runtimeStatus"]);
    }

    [Theory]
    [InlineData("Nobody", "1")]
    [InlineData("Echoes", "{ not json")]
    [InlineData("Echoes/@entity@key", "1")]
    [InlineData("Echoes?timeout=soon", "1")]
    [InlineData("Echoes?timeout=1&pollingInterval=2", "1")]
    public async Task A_start_of_nothing_or_with_bad_input_is_a_400_problem(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        await HttpRoutingTests.AssertProblemAsync(await App.Http.PostAsync($"{Root}/{path}", content, Cancel), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_id_in_use_is_a_409_problem()
    {
        await App.Http.PostAsync($"{Root}/WaitsForGo/used", null, Cancel);

        await HttpRoutingTests.AssertProblemAsync(await App.Http.PostAsync($"{Root}/WaitsForGo/used", null, Cancel), HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("/api/starts", HttpStatusCode.Accepted)]
    [InlineData("/api/starts-async", HttpStatusCode.Created)]
    public async Task A_function_answers_with_a_check_status_response(string path, HttpStatusCode expected)
    {
        var answer = await App.Http.PostAsync(path, null, Cancel);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var payload = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.Equal((string?)payload["statusQueryGetUri"], $"{answer.Headers.Location}");
        Assert.All(Addresses, name => Assert.StartsWith($"{App.Http.BaseAddress}runtime/webhooks/durabletask/instances/{payload["id"]}", (string?)payload[name], StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_addresses_carry_hub_and_system_key_so_that_they_can_be_used_as_they_are()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions), settings: ["--FunctionKeys:system=s3cret"]);
        var ended = await app.RunAsync("Echoes", "x");

        var payload = app.Client.CreateHttpManagementPayload(ended.InstanceId);

        Assert.Equal($"{app.Http.BaseAddress}runtime/webhooks/durabletask/instances/{ended.InstanceId}?taskHub=taskhub&connection=Storage&code=s3cret", payload.StatusQueryGetUri);
        Assert.Equal(HttpStatusCode.OK, (await app.Http.GetAsync(payload.StatusQueryGetUri, Cancel)).StatusCode);
        Assert.Throws<ArgumentException>(() => app.Client.CreateHttpManagementPayload(string.Empty));
    }

    private async Task<JsonObject> StartAsync(string orchestrator)
    {
        var answer = await App.Http.PostAsync($"{Root}/{orchestrator}", null, Cancel);
        var payload = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        await App.Client.WaitForInstanceStartAsync((string)payload["id"]!, Cancel);
        return payload;
    }

    public sealed class Functions
    {
        [Function("Echoes")]
        public static string Echoes([OrchestrationTrigger] TaskOrchestrationContext context, string text) => text;

        [Function("WaitsForGo")]
        public static Task WaitsForGo([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<string>("go");

        [Function("Fails")]
        public static void Fails([OrchestrationTrigger] TaskOrchestrationContext context) => throw new InvalidOperationException("as told");

        [Function("Starts")]
        public static async Task<HttpResponseData> Starts(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "starts")] HttpRequestData request, [DurableClient] DurableTaskClient client)
        {
            var id = await client.ScheduleNewOrchestrationInstanceAsync("Echoes", "x");
            return client.CreateCheckStatusResponse(request, id);
        }

        [Function("StartsAsync")]
        public static async Task<HttpResponseData> StartsAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "starts-async")] HttpRequest request,
            FunctionContext context,
            [DurableClient] DurableTaskClient client)
        {
            var id = await client.ScheduleNewOrchestrationInstanceAsync("Echoes", "x", request.HttpContext.RequestAborted);
            return await client.CreateCheckStatusResponseAsync((await context.GetHttpRequestDataAsync())!, id, HttpStatusCode.Created);
        }
    }
}
