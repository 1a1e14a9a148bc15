using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Runs;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;
using AgentFunctions.Webhooks;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Tests.Webhooks;

/// <summary>Webhooks on their way: signed, tried again, over crashes, and to allowed addresses only.</summary>
public sealed class WebhookDeliveryTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static TestPack Clerk() => new TestPack().Speaker("clerk");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_webhook_is_signed_over_its_id_its_time_and_its_body()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RuntimeApp.StartAsync(Clerk(), settings: receiver.Settings);
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        await SendAsync(app, new WebhookEvent("e-1", "test.happened", DateTimeOffset.UnixEpoch, RunId: null, new JsonObject { ["n"] = 1 }));

        var received = (await receiver.OfAsync("test.happened")).Single();
        Assert.Equal(("e-1", "application/json"), (received.Id, received.ContentType));
        Assert.True(received.IsSignedWith(Receiver.Secret));
        Assert.False(received.IsSignedWith("another secret, also long enough"));
        Assert.InRange(long.Parse(received.Timestamp, CultureInfo.InvariantCulture), before, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.Equal("""{"type":"test.happened","timestamp":"1970-01-01T00:00:00+00:00","data":{"n":1}}""", Encoding.UTF8.GetString(received.Body));
        Assert.False((received with { Body = [.. received.Body, 32] }).IsSignedWith(Receiver.Secret));
    }

    [Fact]
    public async Task While_keys_are_exchanged_both_sign()
    {
        const string Old = "the secret of before, long enough";
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RuntimeApp.StartAsync(Clerk(), settings: [.. receiver.Settings, $"--Webhooks:Targets:ops:PreviousSecret={Old}"]);

        await SendAsync(app, Event("e-1"));

        var received = (await receiver.OfAsync("test.happened")).Single();
        Assert.True(received.IsSignedWith(Receiver.Secret));
        Assert.True(received.IsSignedWith(Old));
    }

    [Fact]
    public async Task It_is_tried_again_with_the_same_id_and_body_until_the_target_takes_it_and_the_run_says_so()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (call, _) => call switch
        {
            1 => HttpStatusCode.InternalServerError,
            2 => HttpStatusCode.Found,
            3 => HttpStatusCode.NotFound,
            _ => HttpStatusCode.OK,
        };
        await using var app = await RuntimeApp.StartAsync(Clerk(), settings: receiver.Settings);
        var runId = (string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }))["runId"]!;

        await SendAsync(app, Event("e-1", runId));

        await app.WhenAsync($"runs/{runId}/audit", log => log["events"]!.AsArray().Any(entry => (string)entry!["type"]! == "webhook.delivered"));
        Assert.Equal(4, receiver.All.Count);
        Assert.Single(receiver.All.Select(each => $"{each.Id} {Convert.ToBase64String(each.Body)}").Distinct());
        var delivered = (await app.EventsAsync(runId, "webhook.delivered")).Single();
        Assert.Equal(("e-1", "test.happened", "ops", 4), ((string)delivered["data"]!["webhookId"]!, (string)delivered["data"]!["event"]!,
            (string)delivered["data"]!["target"]!, (int)delivered["data"]!["attempts"]!));
        Assert.True((bool)(await app.GetAsync($"runs/{runId}/audit/verify"))["verified"]!);
    }

    [Fact]
    public async Task After_the_last_attempt_and_when_the_target_is_gone_it_is_given_up_and_the_run_says_so()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RuntimeApp.StartAsync(Clerk(), settings: [.. receiver.Settings, "--Webhooks:MaxAttempts=3"]);
        var runId = (string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }))["runId"]!;

        receiver.Answer = (_, _) => HttpStatusCode.ServiceUnavailable;
        await EndAsync(app, await SendAsync(app, Event("busy", runId)));
        receiver.Answer = (_, _) => HttpStatusCode.Gone;
        await EndAsync(app, await SendAsync(app, Event("gone", runId)));

        var failed = await app.EventsAsync(runId, "webhook.failed");
        Assert.Equal(["busy 3 It answered 503.", "gone 1 It answered 410."],
            failed.Select(entry => $"{entry["data"]!["webhookId"]} {entry["data"]!["attempts"]} {entry["reason"]}"));
        Assert.Equal(4, receiver.All.Count);
    }

    [Fact]
    public async Task A_webhook_that_a_host_could_not_deliver_is_delivered_by_the_next_one()
    {
        var gone = await Receiver.StartAsync();
        var (port, settings) = (new Uri(gone.Url).Port, gone.Settings);
        await gone.DisposeAsync();
        await using (var first = await RuntimeApp.StartAsync(Clerk(), folder.Path, settings))
        {
            await SendAsync(first, Event("e-1"));
            await RuntimeApp.UntilAsync(async () => await HistoryAsync(first, "e-1") is { IsCompleted: false, RuntimeStatus: OrchestrationRuntimeStatus.Running });
        }

        await using var receiver = await Receiver.StartAsync(port);
        await using var second = await RuntimeApp.StartAsync(Clerk(), folder.Path, settings);

        Assert.Equal("e-1", (await receiver.OfAsync("test.happened"))[0].Id);
    }

    [Fact]
    public async Task Without_leave_for_private_networks_nothing_is_sent_to_this_machine()
    {
        await using var receiver = await Receiver.StartAsync();
        var url = new UriBuilder(receiver.Url) { Scheme = "https", Host = "localhost" }.Uri;
        await using var app = await RuntimeApp.StartAsync(Clerk(), settings:
            [$"--Webhooks:Targets:ops:Url={url}", $"--Webhooks:Targets:ops:Secret={Receiver.Secret}", "--Webhooks:MaxAttempts=1"]);
        var runId = (string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }))["runId"]!;

        await EndAsync(app, await SendAsync(app, Event("e-1", runId)));

        Assert.Equal("Its address may not be connected to.", (string)(await app.EventsAsync(runId, "webhook.failed")).Single()["reason"]!);
        Assert.Empty(receiver.All);
    }

    [Fact]
    public async Task Neither_the_secret_nor_the_URL_gets_into_logs_audit_or_files()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, _) => HttpStatusCode.BadGateway;
        var log = new LogLines();
        string runId;
        string audit;
        await using (var app = await RuntimeApp.StartAsync(Clerk(), folder.Path, log, [.. receiver.Settings, "--Webhooks:MaxAttempts=2"]))
        {
            runId = (string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }))["runId"]!;
            await EndAsync(app, await SendAsync(app, Event("e-1", runId)));
            audit = (await app.GetAsync($"runs/{runId}/audit")).ToJsonString();
        }

        Assert.Contains(log.Lines, line => line.Contains("Webhook 'e-1'", StringComparison.Ordinal));
        foreach (var hidden in new[] { Receiver.Secret, "in-the-url" })
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(hidden, StringComparison.Ordinal));
            Assert.DoesNotContain(hidden, audit, StringComparison.Ordinal);
            Assert.All(Directory.GetFiles(folder.Path, "*.db*"), file =>
                Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(hidden))));
        }
    }

    private static WebhookEvent Event(string id, string? runId = null) => new(id, "test.happened", DateTimeOffset.UnixEpoch, runId, []);

    private static async Task<string> SendAsync(RuntimeApp app, WebhookEvent sent) => await app.Client.ScheduleNewOrchestrationInstanceAsync(
        Orchestrations.SendWebhook, sent, new StartOrchestrationOptions(sent.InstanceId), RuntimeApp.Ended);

    private static Task EndAsync(RuntimeApp app, string instanceId) => app.Client.WaitForInstanceCompletionAsync(instanceId, RuntimeApp.Ended);

    private static Task<OrchestrationMetadata?> HistoryAsync(RuntimeApp app, string eventId) =>
        app.Client.GetInstanceAsync(Event(eventId).InstanceId, RuntimeApp.Ended);
}

/// <summary>Everything that the app logs.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyList<string> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
