using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Runs;
using AgentFunctions.Tests.Runs;
using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Tests.Queue;

/// <summary>Messages that cannot be admitted.</summary>
public sealed class DeadLetterTests
{
    private static readonly object Ana = new { by = "ana", reason = "looked at it" };

    private static TestPack Pack => new TestPack().Speaker("speaker");

    [Theory]
    [InlineData("nonsense", "Malformed")]
    [InlineData("""{"runId":"../etc","tenant":"acme"}""", "Malformed")]
    [InlineData("""{"tenant":"acme"}""", "Malformed")]
    [InlineData("[1]", "Malformed")]
    [InlineData("""{"runId":"run-nobody","tenant":"acme"}""", "UnknownRun")]
    [InlineData("""{"runId":"run-nobody","tenant":"acme","acceptedHash":"00"}""", "UnknownRun")]
    public async Task A_message_that_is_none_of_a_run_becomes_a_dead_letter_with_reason_and_description(string body, string reason)
    {
        await using var app = await RuntimeApp.StartAsync(Pack);
        await SendAsync(app, "m1", body);

        var letter = (await LettersAsync(app, 1))[0];
        var queue = await app.GetAsync("queue");

        Assert.Equal(("m1", reason, body, 1), (
            (string)letter["messageId"]!, (string)letter["reason"]!, (string)letter["body"]!, (int)letter["deliveryCount"]!));
        Assert.NotEmpty((string)letter["description"]!);
        Assert.Equal((1, 0), ((int)queue["deadLetters"]!, (int)queue["depth"]!));
        Assert.Equal("completed", (string)(await app.ResultAsync(new { agent = "speaker", goal = "x" }))["status"]!);
    }

    [Fact]
    public async Task A_run_whose_message_fails_M_times_is_paused_with_the_reason_and_goes_on_when_it_is_resubmitted()
    {
        var list = new WatchedList();
        await using var app = await RuntimeApp.StartAsync(Pack, list.Replace, "--Admission:MaxAttempts=3");
        list.IsBroken = true;
        var runId = await app.RunAsync(new { agent = "speaker", goal = "x" });

        var letter = (await LettersAsync(app, 1))[0];
        var paused = await app.InAsync(runId, "paused");
        Assert.Equal((3, 3), (list.Attempts, (int)letter["deliveryCount"]!));
        Assert.Equal((runId, "acme", "AdmissionFailed"), ((string)letter["runId"]!, (string)letter["tenant"]!, (string)letter["reason"]!));
        Assert.Contains("The list is broken.", (string)letter["description"]!, StringComparison.Ordinal);
        Assert.Contains($"dead letter {letter["id"]}", (string)paused["reason"]!, StringComparison.Ordinal);

        list.IsBroken = false;
        var (resubmitted, operation) = await app.PostAsync($"queue/deadletter/{letter["id"]}/resubmit", Ana);
        var (again, same) = await app.PostAsync($"queue/deadletter/{letter["id"]}/resubmit", new { by = "bob" });
        var (other, _) = await app.PostAsync($"queue/deadletter/{letter["id"]}/discard", Ana);
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Conflict), (resubmitted, again, other));
        Assert.Equal(operation.ToJsonString(), same.ToJsonString());
        Assert.Equal(("completed", 1), ((string)run["status"]!, (int)run["usage"]!["modelCalls"]!));
        Assert.Empty(await LettersAsync(app, 0));
        Assert.Equal(["run.created", "queue.deadlettered", "queue.resubmitted", "run.started"], (await app.TypesAsync(runId)).Take(4));
        var resubmission = (await app.EventsAsync(runId, "queue.resubmitted"))[0];
        Assert.Equal(("human", "ana", "looked at it"), (
            (string)resubmission["actor"]!["kind"]!, (string)resubmission["actor"]!["id"]!, (string)resubmission["reason"]!));
        var logged = Assert.Single(await app.AllAsync("queue/operations", "operations"));
        Assert.Equal(("queue.resubmitted", "ana", runId), ((string)logged["type"]!, (string)logged["by"]!, (string)logged["runId"]!));
        Assert.NotNull(logged["completedAt"]);
        Assert.True((bool)(await app.GetAsync($"runs/{runId}/audit/verify"))["verified"]!);
    }

    [Fact]
    public async Task The_run_of_a_discarded_dead_letter_is_cancelled_and_a_discarded_message_of_nobody_is_in_the_operators_log()
    {
        var list = new WatchedList();
        await using var app = await RuntimeApp.StartAsync(Pack, list.Replace, "--Admission:MaxAttempts=1");
        list.IsBroken = true;
        var runId = await app.RunAsync(new { agent = "speaker", goal = "x" });
        await app.InAsync(runId, "paused");
        await SendAsync(app, "nobody", "nonsense");
        var letters = await LettersAsync(app, 2);

        foreach (var letter in letters)
        {
            var (status, _) = await app.PostAsync($"queue/deadletter/{letter["id"]}/discard", Ana);
            Assert.Equal(HttpStatusCode.OK, status);
        }

        var run = await app.EndAsync(runId);
        Assert.Equal("canceled", (string)run["status"]!);
        Assert.Contains("discarded by ana", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Equal(["queue.discarded", "run.canceled"], (await app.TypesAsync(runId)).TakeLast(2));
        Assert.Empty(await LettersAsync(app, 0));
        var operations = await app.AllAsync("queue/operations?limit=1", "operations");
        Assert.Equal(["queue.discarded", "queue.discarded"], operations.Select(operation => (string)operation["type"]!));
        Assert.Contains("nonsense", operations.Select(operation => (string)operation["data"]!["body"]!));
    }

    [Theory]
    [InlineData("7", HttpStatusCode.NotFound)]
    [InlineData("x", HttpStatusCode.BadRequest)]
    [InlineData("-1", HttpStatusCode.BadRequest)]
    [InlineData("99999999999999999999", HttpStatusCode.BadRequest)]
    public async Task What_is_no_dead_letter_is_told_so(string id, HttpStatusCode expected)
    {
        await using var app = await RuntimeApp.StartAsync(Pack);
        foreach (var verb in (string[])["resubmit", "discard"])
        {
            var (status, problem) = await app.PostAsync($"queue/deadletter/{id}/{verb}", Ana);
            Assert.Equal(expected, status);
            Assert.Equal("id", (string)problem["errors"]![0]!["field"]!);
        }

        var (missing, nobody) = await app.PostAsync("queue/deadletter/7/discard", new { });
        Assert.Equal((HttpStatusCode.BadRequest, "by"), (missing, (string)nobody["errors"]![0]!["field"]!));
        Assert.Empty(await app.AllAsync("queue/operations", "operations"));
    }

    [Fact]
    public async Task Dead_letters_come_a_page_at_a_time()
    {
        await using var app = await RuntimeApp.StartAsync(Pack);
        foreach (var index in Enumerable.Range(0, 5))
        {
            await SendAsync(app, $"m{index}", "nonsense");
        }

        await LettersAsync(app, 5);
        var pages = await app.AllAsync("queue/deadletter?limit=2", "deadLetters");

        Assert.Equal(["m0", "m1", "m2", "m3", "m4"], pages.Select(letter => (string)letter["messageId"]!).Order());
        Assert.Equal(5, pages.Select(letter => (long)letter["id"]!).Distinct().Count());
    }

    private static async Task SendAsync(RuntimeApp app, string id, string body)
    {
        await using var sender = app.Service<ServiceBusClient>().CreateSender(RunMessage.Queue);
        await sender.SendMessageAsync(new ServiceBusMessage(body) { MessageId = id, SessionId = "acme" }, RuntimeApp.Ended);
    }

    private static async Task<IReadOnlyList<JsonNode>> LettersAsync(RuntimeApp app, int count)
    {
        var list = await app.WhenAsync("queue/deadletter", list => list["deadLetters"]!.AsArray().Count == count);
        return [.. list["deadLetters"]!.AsArray().Select(letter => letter!)];
    }
}
