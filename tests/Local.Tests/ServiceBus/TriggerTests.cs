using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.ServiceBus;

public class TriggerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_starts_its_function_and_is_completed_when_it_returns()
    {
        var seen = new Seen();
        await using var app = await StartAsync<Orders>(seen);

        await SendAsync(app, new ServiceBusMessage("""{"name":"tea"}""") { MessageId = "m", Subject = "s" });

        await Eventually.TrueAsync(() => seen.Lines.Contains("tea m 1 s"));
        await EmptyAsync(app, SubQueue.None);
    }

    [Fact]
    public async Task A_message_whose_function_fails_comes_again_until_it_is_a_dead_letter()
    {
        var seen = new Seen();
        await using var app = await StartAsync<Failing>(seen);

        await SendAsync(app, new ServiceBusMessage("x"));

        var dead = await Eventually.GetAsync(() => PeekAsync(app, SubQueue.DeadLetter), messages => messages.Count == 1);
        Assert.Equal("MaxDeliveryCountExceeded", dead[0].DeadLetterReason);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => $"{i}"), seen.Lines);
    }

    [Fact]
    public async Task A_function_may_settle_its_message_itself()
    {
        var seen = new Seen();
        await using var app = await StartAsync<Settling>(seen, "--Queue=queue");

        await SendAsync(app, new ServiceBusMessage("x"));

        var dead = await Eventually.GetAsync(() => PeekAsync(app, SubQueue.DeadLetter), messages => messages.Count == 1);
        Assert.Equal(("poison", "told so", 1), (dead[0].DeadLetterReason, dead[0].DeadLetterErrorDescription, dead[0].DeliveryCount));
    }

    [Fact]
    public async Task A_function_that_completes_messages_itself_has_none_completed_for_it()
    {
        var seen = new Seen();
        await using var app = await StartAsync<Manual>(seen, "--LocalServiceBus:Queues:queue:LockDuration=00:00:00.200");

        await SendAsync(app, new ServiceBusMessage("x"));

        await EmptyAsync(app, SubQueue.None);
        Assert.Equal(["1", "2"], seen.Lines);
    }

    [Fact]
    public async Task A_lock_is_renewed_while_its_function_runs()
    {
        var seen = new Seen();
        await using var app = await StartAsync<Slow>(seen, "--LocalServiceBus:Queues:queue:LockDuration=00:00:00.300");

        await SendAsync(app, new ServiceBusMessage("x"));

        await Eventually.TrueAsync(() => seen.Lines.Contains("end"));
        await EmptyAsync(app, SubQueue.None);
        Assert.Equal(["begin", "end"], seen.Lines);
    }

    [Fact]
    public async Task No_more_functions_run_at_once_than_host_json_allows()
    {
        using var root = new TempFolder();
        await File.WriteAllTextAsync(
            Path.Combine(root.Path, "host.json"), """{ "extensions": { "serviceBus": { "maxConcurrentCalls": 3 } } }""", Cancel);
        var seen = new Seen();
        await using var app = await StartAsync<Crowded>(seen, $"--AzureWebJobsScriptRoot={root.Path}");

        await SendAsync(app, [.. Enumerable.Range(0, 30).Select(i => new ServiceBusMessage($"{i}"))]);

        await Eventually.TrueAsync(() => seen.Lines.Count() == 30);
        Assert.Equal("3", seen.Lines.Max());
    }

    [Fact]
    public async Task Messages_of_a_session_are_processed_in_order_and_sessions_side_by_side()
    {
        var seen = new Seen();
        await using var app = await StartAsync<Sessions>(seen);

        await SendAsync(app, [.. from i in Enumerable.Range(0, 5)
                                 from session in new[] { "a", "b" }
                                 select new ServiceBusMessage($"{session}{i}") { SessionId = session }]);

        await Eventually.TrueAsync(() => seen.Lines.Count() == 10);
        Assert.All(["a", "b"], session => Assert.Equal(
            Enumerable.Range(0, 5).Select(i => $"{session}{i}"),
            seen.Lines.Where(line => line.StartsWith(session, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_session_is_kept_until_it_has_been_idle_and_then_another_has_its_turn()
    {
        using var root = await WithHostJsonAsync(""" "maxConcurrentSessions": 1, "sessionIdleTimeout": "00:00:00.300" """);
        var seen = new Seen();
        await using var app = await StartAsync<Sessions>(seen, $"--AzureWebJobsScriptRoot={root.Path}");

        await SendAsync(app, Messages("a", 0, 2), Messages("b", 0, 2), Messages("a", 2, 2));

        await Eventually.TrueAsync(() => seen.Lines.Count() == 6);
        Assert.Equal(["a0", "a1", "a2", "a3", "b0", "b1"], seen.Lines);
    }

    [Fact]
    public async Task As_many_messages_of_a_session_are_processed_at_once_as_host_json_allows()
    {
        using var root = await WithHostJsonAsync(""" "maxConcurrentSessions": 1, "maxConcurrentCallsPerSession": 3 """);
        var seen = new Seen();
        await using var app = await StartAsync<CrowdedSession>(seen, $"--AzureWebJobsScriptRoot={root.Path}");

        await SendAsync(app, Messages("a", 0, 20));

        await Eventually.TrueAsync(() => seen.Lines.Count() == 20);
        Assert.Equal("3", seen.Lines.Max());
    }

    [Fact]
    public async Task A_function_of_batches_gets_what_is_there_of_one_session_and_gives_the_session_up_for_the_next_one()
    {
        using var root = await WithHostJsonAsync(""" "maxMessageBatchSize": 3, "sessionIdleTimeout": "00:10:00" """);
        var seen = new Seen();
        await using var app = await StartAsync<Batches>(seen, $"--AzureWebJobsScriptRoot={root.Path}");

        await SendAsync(app, Messages("a", 0, 7), Messages("b", 0, 2));

        await Eventually.TrueAsync(() => seen.Lines.Count() == 4);
        Assert.Equal(["a0 a1 a2", "b0 b1", "a3 a4 a5", "a6"], seen.Lines);
        await EmptyAsync(app, SubQueue.None);
    }

    [Fact]
    public async Task Of_a_batch_whose_function_fails_those_messages_come_again_that_it_has_not_settled()
    {
        using var root = await WithHostJsonAsync(""" "maxMessageBatchSize": 3 """);
        var seen = new Seen();
        await using var app = await StartAsync<HalfBatches>(seen, $"--AzureWebJobsScriptRoot={root.Path}");

        await SendAsync(app, Messages("a", 0, 3));

        await EmptyAsync(app, SubQueue.None);
        Assert.Equal(["a0 a1 a2", "a1 a2", "a2"], seen.Lines);
    }

    [Fact]
    public async Task A_message_that_was_being_processed_when_the_host_stopped_comes_again_at_once()
    {
        using var data = new TempFolder();
        var stopped = new Seen();
        await using (var app = await StartAsync<Stoppable>(stopped, data: data))
        {
            await SendAsync(app, new ServiceBusMessage("x"));
            await Eventually.TrueAsync(() => stopped.Lines.Any());
        }

        var seen = new Seen();
        await using var again = await StartAsync<Orders>(seen, data: data);
        await Eventually.TrueAsync(() => seen.Lines.Any());
    }

    [Fact]
    public async Task Hosts_in_one_process_do_not_see_each_others_messages()
    {
        var (one, two) = (new Seen(), new Seen());
        await using var first = await StartAsync<Orders>(one);
        await using var second = await StartAsync<Orders>(two);

        await SendAsync(first, new ServiceBusMessage("""{"name":"first"}""") { MessageId = "m", Subject = "s" });
        await SendAsync(second, new ServiceBusMessage("""{"name":"second"}""") { MessageId = "m", Subject = "s" });

        await Eventually.TrueAsync(() => one.Lines.Any() && two.Lines.Any());
        Assert.Equal("first m 1 s", Assert.Single(one.Lines));
        Assert.Equal("second m 1 s", Assert.Single(two.Lines));
    }

    private static Task<LocalApp> StartAsync<TFunctions>(Seen seen, string? setting = null, TempFolder? data = null) => LocalApp.StartAsync(
        [typeof(TFunctions)],
        builder => builder.Services.AddSingleton(seen),
        data?.Path,
        [.. new[] { setting }.OfType<string>()]);

    private static ServiceBusClient Client(LocalApp app) => new(app.Services.GetRequiredService<IConfiguration>()["ServiceBus"]);

    private static async Task<TempFolder> WithHostJsonAsync(string serviceBus)
    {
        var root = new TempFolder();
        await File.WriteAllTextAsync(
            Path.Combine(root.Path, "host.json"), $$"""{ "extensions": { "serviceBus": { {{serviceBus}} } } }""", Cancel);
        return root;
    }

    private static ServiceBusMessage[] Messages(string session, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(index => new ServiceBusMessage($"{session}{index}") { SessionId = session })];

    /// <summary>All or none are there when the first is received.</summary>
    private static Task SendAsync(LocalApp app, params ServiceBusMessage[][] messages) =>
        Client(app).CreateSender("queue").SendMessagesAsync(messages.SelectMany(several => several), Cancel);

    private static Task SendAsync(LocalApp app, params ServiceBusMessage[] messages) =>
        Client(app).CreateSender("queue").SendMessagesAsync(messages, Cancel);

    private static Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(LocalApp app, SubQueue subQueue) =>
        Client(app).CreateReceiver("queue", new ServiceBusReceiverOptions { SubQueue = subQueue }).PeekMessagesAsync(10, null, Cancel);

    private static Task EmptyAsync(LocalApp app, SubQueue subQueue) =>
        Eventually.GetAsync(() => PeekAsync(app, subQueue), messages => messages.Count == 0);

    public sealed class Seen
    {
        private readonly ConcurrentQueue<string> lines = new();

        public TaskCompletionSource Together { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IEnumerable<string> Lines => lines;

        public int Running;

        public void Add(string line) => lines.Enqueue(line);
    }

    public sealed record Order(string Name);

    public class Orders(Seen seen)
    {
        [Function("Orders")]
        public void Run([ServiceBusTrigger("queue", Connection = "ServiceBus")] string body, string messageId, int deliveryCount, string? subject)
        {
            var name = body.StartsWith('{') ? System.Text.Json.JsonSerializer.Deserialize<Order>(body, System.Text.Json.JsonSerializerOptions.Web)!.Name : body;
            seen.Add($"{name} {messageId} {deliveryCount} {subject}");
        }
    }

    public class Failing(Seen seen)
    {
        [Function("Failing")]
        public void Run([ServiceBusTrigger("queue", Connection = "ServiceBus")] ServiceBusReceivedMessage message)
        {
            seen.Add($"{message.DeliveryCount}");
            throw new InvalidOperationException("no");
        }
    }

    public class Settling
    {
        [Function("Settling")]
        public Task Run(
            [ServiceBusTrigger("%Queue%", Connection = "ServiceBus")] ServiceBusReceivedMessage message, ServiceBusMessageActions actions) =>
            actions.DeadLetterMessageAsync(message, null, "poison", "told so", Cancel);
    }

    public class Manual(Seen seen)
    {
        [Function("Manual")]
        public async Task Run(
            [ServiceBusTrigger("queue", Connection = "ServiceBus", AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
            ServiceBusMessageActions actions)
        {
            seen.Add($"{message.DeliveryCount}");
            if (message.DeliveryCount == 2)
            {
                await actions.CompleteMessageAsync(message, Cancel);
            }
        }
    }

    public class Slow(Seen seen)
    {
        [Function("Slow")]
        public async Task Run([ServiceBusTrigger("queue", Connection = "ServiceBus")] BinaryData body)
        {
            seen.Add("begin");
            await Task.Delay(1_500, Cancel);
            seen.Add("end");
        }
    }

    public class Crowded(Seen seen)
    {
        [Function("Crowded")]
        public async Task Run([ServiceBusTrigger("queue", Connection = "ServiceBus")] string body)
        {
            var running = Interlocked.Increment(ref seen.Running);
            if (running == 3)
            {
                seen.Together.TrySetResult();
            }

            // None ends before three have met, however slow the machine is.
            await seen.Together.Task.WaitAsync(Cancel);
            seen.Add($"{running}");
            Interlocked.Decrement(ref seen.Running);
        }
    }

    public class Sessions(Seen seen)
    {
        [Function("Sessions")]
        public async Task Run([ServiceBusTrigger("queue", Connection = "ServiceBus", IsSessionsEnabled = true)] string body)
        {
            await Task.Yield();
            seen.Add(body);
        }
    }

    public class CrowdedSession(Seen seen)
    {
        [Function("CrowdedSession")]
        public Task Run([ServiceBusTrigger("queue", Connection = "ServiceBus", IsSessionsEnabled = true)] string body) =>
            new Crowded(seen).Run(body);
    }

    public class Batches(Seen seen)
    {
        [Function("Batches")]
        public async Task Run(
            [ServiceBusTrigger("queue", Connection = "ServiceBus", IsSessionsEnabled = true, IsBatched = true)] ServiceBusReceivedMessage[] messages,
            ServiceBusSessionMessageActions session)
        {
            await session.ReleaseSession(Cancel);
            seen.Add(string.Join(' ', messages.Select(message => message.Body.ToString())));
        }
    }

    public class HalfBatches(Seen seen)
    {
        [Function("HalfBatches")]
        public async Task Run(
            [ServiceBusTrigger("queue", Connection = "ServiceBus", IsSessionsEnabled = true, IsBatched = true)] ServiceBusReceivedMessage[] messages,
            ServiceBusMessageActions actions)
        {
            seen.Add(string.Join(' ', messages.Select(message => message.Body.ToString())));
            await actions.CompleteMessageAsync(messages[0], Cancel);
            throw new InvalidOperationException("no");
        }
    }

    public class Stoppable(Seen seen)
    {
        [Function("Stoppable")]
        public async Task Run([ServiceBusTrigger("queue", Connection = "ServiceBus")] string body, CancellationToken cancellation)
        {
            seen.Add(body);
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }
}
