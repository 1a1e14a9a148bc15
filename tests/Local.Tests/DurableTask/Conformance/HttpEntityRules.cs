using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Entities;

namespace Local.Tests.DurableTask.Conformance;

public sealed class HttpEntityRules(Apps<HttpEntityRules.Functions> apps) : IClassFixture<Apps<HttpEntityRules.Functions>>
{
    private const string Root = "/runtime/webhooks/durabletask/entities";

    private static CancellationToken Cancel => DurableApp.Cancel;

    private DurableApp App => apps.Of(replays: false);

    [Theory]
    [InlineData("steps")]
    [InlineData("$")]
    public async Task An_entity_is_signalled_shown_and_deleted(string key)
    {
        var signalled = await App.Http.PostAsJsonAsync($"{Root}/Tally/{key}?op=Add", 5, Cancel);
        var shown = await Eventually.GetAsync(() => App.Http.GetAsync($"{Root}/tally/{key}", Cancel), answer => answer.StatusCode == HttpStatusCode.OK);
        var deleted = await App.Http.DeleteAsync($"{Root}/Tally/{key}", Cancel);

        Assert.Equal(HttpStatusCode.Accepted, signalled.StatusCode);
        Assert.Equal(5, await shown.Content.ReadFromJsonAsync<int>(Cancel));
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        await Eventually.GetAsync(() => App.Http.GetAsync($"{Root}/Tally/{key}", Cancel), answer => answer.StatusCode == HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Entities_are_listed_by_type_page_by_page_with_their_states_on_request()
    {
        foreach (var key in new[] { "l1", "l2", "l3" })
        {
            await App.Http.PostAsJsonAsync($"{Root}/Listed/{key}?op=Add", 1, Cancel);
            await Eventually.GetAsync(() => App.Http.GetAsync($"{Root}/Listed/{key}", Cancel), answer => answer.StatusCode == HttpStatusCode.OK);
        }

        var first = await App.Http.GetAsync($"{Root}/Listed?top=2&fetchState=true", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Root}/Listed?top=2");
        request.Headers.Add("x-ms-continuation-token", first.Headers.GetValues("x-ms-continuation-token"));
        var second = (await (await App.Http.SendAsync(request, Cancel)).Content.ReadFromJsonAsync<JsonArray>(Cancel))!;
        var future = await App.Http.GetFromJsonAsync<JsonArray>($"{Root}?lastOperationTimeFrom={Uri.EscapeDataString($"{DateTimeOffset.UtcNow.AddHours(1):o}")}", Cancel);

        var entity = (await first.Content.ReadFromJsonAsync<JsonArray>(Cancel))![0]!;
        Assert.Equal("listed l1 1", $"{entity["entityId"]!["name"]} {entity["entityId"]!["key"]} {entity["state"]}");
        Assert.True(DateTimeOffset.TryParse((string?)entity["lastOperationTime"], out _));
        Assert.Equal("l3", (string?)second.Single()!["entityId"]!["key"]);
        Assert.Null(second.Single()!["state"]);
        Assert.Empty(future!);
    }

    [Fact]
    public async Task A_signal_to_no_function_or_with_a_malformed_body_is_a_problem()
    {
        using var malformed = new StringContent("{ not json", Encoding.UTF8, "application/json");

        await HttpRoutingTests.AssertProblemAsync(await App.Http.PostAsync($"{Root}/Nobody/x?op=Add", null, Cancel), HttpStatusCode.NotFound);
        await HttpRoutingTests.AssertProblemAsync(await App.Http.PostAsync($"{Root}/Tally/x?op=Add", malformed, Cancel), HttpStatusCode.BadRequest);
        await HttpRoutingTests.AssertProblemAsync(await App.Http.PostAsync($"{Root}/Tally/x", null, Cancel), HttpStatusCode.BadRequest);
        await HttpRoutingTests.AssertProblemAsync(await App.Http.GetAsync($"{Root}/Tally/nobody", Cancel), HttpStatusCode.NotFound);
    }

    public sealed class Functions : TaskEntity<int>
    {
        [Function("Tally")]
        public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        [Function("Listed")]
        public Task RunListed([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        public int Add(int by) => State += by;
    }
}
