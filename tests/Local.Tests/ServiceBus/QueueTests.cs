using AgentFunctions.Local.ServiceBus.Broker;
using Azure.Messaging.ServiceBus;
using Local.Tests.Worker;

namespace Local.Tests.ServiceBus;

public class QueueTests
{
    private static readonly TimeSpan NoWait = TimeSpan.Zero;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_arrives_with_its_body_and_properties()
    {
        await using var broker = new Broker();
        var sent = new ServiceBusMessage(BinaryData.FromBytes(new byte[] { 0, 1, 255 }))
        {
            MessageId = "m-1",
            SessionId = "s",
            Subject = "subject",
            CorrelationId = "correlation",
            ContentType = "text/plain",
            ReplyTo = "reply",
            To = "to",
            PartitionKey = "p",
            ReplyToSessionId = "r",
            TimeToLive = TimeSpan.FromHours(1),
            ApplicationProperties =
            {
                ["text"] = "ü\"",
                ["int"] = 5,
                ["long"] = 5L,
                ["double"] = 0.1,
                ["decimal"] = 1.10m,
                ["bool"] = true,
                ["guid"] = Guid.Empty,
                ["time"] = DateTimeOffset.UnixEpoch,
                ["span"] = TimeSpan.FromMilliseconds(1),
                ["nothing"] = null!,
            },
        };

        await broker.Client.CreateSender("q").SendMessageAsync(sent, Cancel);
        var got = (await broker.Client.CreateReceiver("q").ReceiveMessageAsync(NoWait, Cancel))!;

        Assert.Equal(sent.Body.ToArray(), got.Body.ToArray());
        Assert.Equal(
            ("m-1", "s", "subject", "correlation", "text/plain", "reply", "to", "p", "r", TimeSpan.FromHours(1)),
            (got.MessageId, got.SessionId, got.Subject, got.CorrelationId, got.ContentType, got.ReplyTo, got.To, got.PartitionKey, got.ReplyToSessionId, got.TimeToLive));
        Assert.Equal(sent.ApplicationProperties.OrderBy(p => p.Key), got.ApplicationProperties.OrderBy(p => p.Key));
        Assert.Equal(1, got.DeliveryCount);
        Assert.True(got.SequenceNumber > 0);
    }

    [Fact]
    public async Task Messages_arrive_in_the_order_they_were_sent()
    {
        await using var broker = new Broker();
        await broker.Client.CreateSender("q").SendMessagesAsync(Enumerable.Range(0, 20).Select(i => new ServiceBusMessage($"{i}")), Cancel);

        var got = await broker.Client.CreateReceiver("q").ReceiveMessagesAsync(100, NoWait, Cancel);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), got.Select(message => message.Body.ToString()));
    }

    [Fact]
    public async Task A_locked_message_is_given_to_nobody_else()
    {
        await using var broker = await WithMessageAsync();

        Assert.NotNull(await broker.Client.CreateReceiver("q").ReceiveMessageAsync(NoWait, Cancel));
        Assert.Null(await broker.Client.CreateReceiver("q").ReceiveMessageAsync(NoWait, Cancel));
    }

    [Fact]
    public async Task A_completed_message_is_gone()
    {
        await using var broker = await WithMessageAsync();
        var receiver = broker.Client.CreateReceiver("q");

        await receiver.CompleteMessageAsync(await receiver.ReceiveMessageAsync(NoWait, Cancel), Cancel);

        Assert.Null(await receiver.PeekMessageAsync(null, Cancel));
    }

    [Fact]
    public async Task An_abandoned_message_comes_again_with_its_delivery_counted_and_its_changes()
    {
        await using var broker = await WithMessageAsync();
        var receiver = broker.Client.CreateReceiver("q");

        await receiver.AbandonMessageAsync(
            await receiver.ReceiveMessageAsync(NoWait, Cancel), new Dictionary<string, object> { ["why"] = "busy" }, Cancel);
        var again = (await receiver.ReceiveMessageAsync(NoWait, Cancel))!;

        Assert.Equal((2, "busy"), (again.DeliveryCount, again.ApplicationProperties["why"]));
    }

    [Fact]
    public async Task A_lock_that_ends_gives_the_message_to_the_next_receiver_and_its_holder_loses_it()
    {
        await using var broker = await WithMessageAsync();
        var receiver = broker.Client.CreateReceiver("q");
        var first = await receiver.ReceiveMessageAsync(NoWait, Cancel);

        broker.Clock.Move(TimeSpan.FromSeconds(31));

        Assert.Equal(2, (await receiver.ReceiveMessageAsync(NoWait, Cancel))!.DeliveryCount);
        var lost = await Assert.ThrowsAsync<ServiceBusException>(() => receiver.CompleteMessageAsync(first, Cancel));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, lost.Reason);
    }

    [Fact]
    public async Task A_renewed_lock_lasts()
    {
        await using var broker = await WithMessageAsync();
        var receiver = broker.Client.CreateReceiver("q");
        var message = await receiver.ReceiveMessageAsync(NoWait, Cancel);

        broker.Clock.Move(TimeSpan.FromSeconds(20));
        await receiver.RenewMessageLockAsync(message, Cancel);
        broker.Clock.Move(TimeSpan.FromSeconds(20));

        await receiver.CompleteMessageAsync(message, Cancel);
    }

    [Fact]
    public async Task A_message_is_settled_once()
    {
        await using var broker = await WithMessageAsync();
        var receiver = broker.Client.CreateReceiver("q");
        var message = await receiver.ReceiveMessageAsync(NoWait, Cancel);
        await receiver.CompleteMessageAsync(message, Cancel);

        await Assert.ThrowsAsync<ServiceBusException>(() => receiver.CompleteMessageAsync(message, Cancel));
    }

    [Fact]
    public async Task After_the_last_allowed_delivery_a_message_is_a_dead_letter()
    {
        await using var broker = await WithMessageAsync(new QueueOptions { MaxDeliveryCount = 3 });
        var receiver = broker.Client.CreateReceiver("q");

        for (var delivery = 1; delivery <= 3; delivery++)
        {
            await receiver.AbandonMessageAsync(await receiver.ReceiveMessageAsync(NoWait, Cancel), cancellationToken: Cancel);
        }

        Assert.Null(await receiver.ReceiveMessageAsync(NoWait, Cancel));
        var dead = (await DeadLetters(broker).ReceiveMessageAsync(NoWait, Cancel))!;
        Assert.Equal(("MaxDeliveryCountExceeded", "q", "hello"), (dead.DeadLetterReason, dead.DeadLetterSource, dead.Body.ToString()));
    }

    [Fact]
    public async Task A_message_whose_every_lock_ended_is_a_dead_letter_too()
    {
        await using var broker = await WithMessageAsync(new QueueOptions { MaxDeliveryCount = 1 });
        var receiver = broker.Client.CreateReceiver("q");
        await receiver.ReceiveMessageAsync(NoWait, Cancel);
        broker.Clock.Move(TimeSpan.FromSeconds(31));

        Assert.Null(await receiver.ReceiveMessageAsync(NoWait, Cancel));
        Assert.NotNull(await DeadLetters(broker).PeekMessageAsync(null, Cancel));
    }

    [Fact]
    public async Task A_dead_letter_tells_its_reason_and_can_be_sent_again()
    {
        await using var broker = await WithMessageAsync();
        var receiver = broker.Client.CreateReceiver("q");
        await receiver.DeadLetterMessageAsync(await receiver.ReceiveMessageAsync(NoWait, Cancel), "bad", "very bad", Cancel);

        var dead = (await DeadLetters(broker).ReceiveMessageAsync(NoWait, Cancel))!;
        await broker.Client.CreateSender("q").SendMessageAsync(new ServiceBusMessage(dead) { MessageId = "again" }, Cancel);
        await DeadLetters(broker).CompleteMessageAsync(dead, Cancel);

        Assert.Equal(("bad", "very bad"), (dead.DeadLetterReason, dead.DeadLetterErrorDescription));
        var again = (await receiver.ReceiveMessageAsync(NoWait, Cancel))!;
        Assert.Equal(("hello", "again", null), (again.Body.ToString(), again.MessageId, again.DeadLetterReason));
        Assert.Null(await DeadLetters(broker).PeekMessageAsync(null, Cancel));
    }

    [Fact]
    public async Task A_deferred_message_is_received_by_its_number_only()
    {
        await using var broker = await WithMessageAsync();
        var receiver = broker.Client.CreateReceiver("q");
        var message = (await receiver.ReceiveMessageAsync(NoWait, Cancel))!;
        await receiver.DeferMessageAsync(message, null, Cancel);

        Assert.Null(await receiver.ReceiveMessageAsync(NoWait, Cancel));
        var deferred = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber, Cancel);
        await receiver.CompleteMessageAsync(deferred, Cancel);

        Assert.Equal(ServiceBusMessageState.Deferred, deferred.State);
        await Assert.ThrowsAsync<ServiceBusException>(() => receiver.ReceiveDeferredMessageAsync(message.SequenceNumber, Cancel));
    }

    [Fact]
    public async Task A_message_id_is_taken_once_within_the_window()
    {
        await using var broker = new Broker();
        var sender = broker.Client.CreateSender("q");
        await sender.SendMessageAsync(new ServiceBusMessage("first") { MessageId = "same" }, Cancel);
        await sender.SendMessageAsync(new ServiceBusMessage("second") { MessageId = "same" }, Cancel);
        broker.Clock.Move(TimeSpan.FromMinutes(11));
        await sender.SendMessageAsync(new ServiceBusMessage("third") { MessageId = "same" }, Cancel);

        var got = await broker.Client.CreateReceiver("q").PeekMessagesAsync(10, null, Cancel);

        Assert.Equal(["first", "third"], got.Select(message => message.Body.ToString()));
    }

    [Fact]
    public async Task A_scheduled_message_comes_when_it_is_due_and_not_before()
    {
        await using var broker = new Broker();
        await broker.Client.CreateSender("q").ScheduleMessageAsync(
            new ServiceBusMessage("later"), broker.Clock.GetUtcNow().AddMinutes(5), Cancel);
        var receiver = broker.Client.CreateReceiver("q");

        Assert.Null(await receiver.ReceiveMessageAsync(NoWait, Cancel));
        Assert.Equal(ServiceBusMessageState.Scheduled, (await receiver.PeekMessageAsync(null, Cancel))!.State);
        broker.Clock.Move(TimeSpan.FromMinutes(5));

        Assert.Equal("later", (await receiver.ReceiveMessageAsync(NoWait, Cancel))!.Body.ToString());
    }

    [Fact]
    public async Task A_waiting_receiver_is_woken_by_a_scheduled_message()
    {
        await using var broker = new Broker();
        var waiting = broker.Client.CreateReceiver("q").ReceiveMessageAsync(TimeSpan.FromMinutes(1), Cancel);

        await broker.Client.CreateSender("q").ScheduleMessageAsync(
            new ServiceBusMessage("soon"), broker.Clock.GetUtcNow().AddMilliseconds(100), Cancel);

        Assert.Equal("soon", (await waiting)!.Body.ToString());
    }

    [Fact]
    public async Task A_cancelled_schedule_sends_nothing()
    {
        await using var broker = new Broker();
        var sender = broker.Client.CreateSender("q");
        var number = await sender.ScheduleMessageAsync(new ServiceBusMessage("never"), broker.Clock.GetUtcNow().AddMinutes(5), Cancel);

        await sender.CancelScheduledMessageAsync(number, Cancel);

        Assert.Null(await broker.Client.CreateReceiver("q").PeekMessageAsync(null, Cancel));
        var missing = await Assert.ThrowsAsync<ServiceBusException>(() => sender.CancelScheduledMessageAsync(number, Cancel));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, missing.Reason);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_message_past_its_time_to_live_is_dropped_or_dead_lettered(bool deadLetters, int expected)
    {
        await using var broker = new Broker(new QueueOptions { DeadLetteringOnMessageExpiration = deadLetters });
        await broker.Client.CreateSender("q").SendMessageAsync(new ServiceBusMessage("old") { TimeToLive = TimeSpan.FromMinutes(1) }, Cancel);
        broker.Clock.Move(TimeSpan.FromMinutes(2));

        Assert.Null(await broker.Client.CreateReceiver("q").ReceiveMessageAsync(NoWait, Cancel));
        Assert.Equal(expected, (await DeadLetters(broker).PeekMessagesAsync(5, null, Cancel)).Count);
    }

    [Fact]
    public async Task Receive_and_delete_leaves_nothing_behind()
    {
        await using var broker = await WithMessageAsync();
        var receiver = broker.Client.CreateReceiver("q", new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });

        var message = await receiver.ReceiveMessageAsync(NoWait, Cancel);

        Assert.Null(await receiver.PeekMessageAsync(null, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => receiver.CompleteMessageAsync(message, Cancel));
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_and_nothing_of_its_batch_is_sent()
    {
        await using var broker = new Broker();

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => broker.Client.CreateSender("q").SendMessagesAsync(
            [new ServiceBusMessage("small"), new ServiceBusMessage(new string('x', 300_000))], Cancel));

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, refused.Reason);
        Assert.Null(await broker.Client.CreateReceiver("q").PeekMessageAsync(null, Cancel));
    }

    [Fact]
    public async Task Messages_of_a_session_go_in_order_to_the_one_receiver_that_holds_it()
    {
        await using var broker = new Broker(new QueueOptions { RequiresSession = true });
        await broker.Client.CreateSender("q").SendMessagesAsync(
            [.. from i in Enumerable.Range(0, 3) from session in new[] { "a", "b" } select new ServiceBusMessage($"{session}{i}") { SessionId = session }], Cancel);

        await using var first = await broker.Client.AcceptNextSessionAsync("q", cancellationToken: Cancel);
        await using var second = await broker.Client.AcceptNextSessionAsync("q", cancellationToken: Cancel);
        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => broker.Client.AcceptSessionAsync("q", "a", cancellationToken: Cancel));

        Assert.Equal(["a0", "a1", "a2"], await TakeAllAsync(first));
        Assert.Equal(["b0", "b1", "b2"], await TakeAllAsync(second));
        Assert.Equal(ServiceBusFailureReason.SessionCannotBeLocked, refused.Reason);
    }

    [Fact]
    public async Task Sessions_that_have_messages_are_given_out_in_turns_and_what_comes_later_waits_for_one_round_at_most()
    {
        await using var broker = new Broker(new QueueOptions { RequiresSession = true });
        await SendAsync("a", "a", "a", "b", "c");
        var turns = new List<string>();
        for (var turn = 0; turn < 8; turn++)
        {
            await using var session = await broker.Client.AcceptNextSessionAsync("q", cancellationToken: Cancel);
            turns.Add(session.SessionId);
            await session.CompleteMessageAsync((await session.ReceiveMessageAsync(NoWait, Cancel))!, Cancel);
            if (session.SessionId == "b")
            {
                // It has one again before its turn has ended, and still does not come before those that have waited longer.
                await SendAsync("b", "d");
            }
        }

        Assert.Equal(["a", "b", "c", "a", "d", "b", "a", "d"], turns);

        Task SendAsync(params string[] sessions) => broker.Client.CreateSender("q").SendMessagesAsync(
            [.. sessions.Select(session => new ServiceBusMessage("x") { SessionId = session })], Cancel);
    }

    [Fact]
    public async Task A_session_that_is_closed_gives_back_what_was_not_settled()
    {
        await using var broker = new Broker(new QueueOptions { RequiresSession = true });
        await broker.Client.CreateSender("q").SendMessageAsync(new ServiceBusMessage("a0") { SessionId = "a" }, Cancel);
        var first = await broker.Client.AcceptSessionAsync("q", "a", cancellationToken: Cancel);
        await first.ReceiveMessageAsync(NoWait, Cancel);

        await first.CloseAsync(Cancel);

        await using var second = await broker.Client.AcceptSessionAsync("q", "a", cancellationToken: Cancel);
        Assert.Equal(2, (await second.ReceiveMessageAsync(NoWait, Cancel))!.DeliveryCount);
    }

    [Fact]
    public async Task A_queue_with_sessions_takes_no_message_and_no_receiver_without_one()
    {
        await using var broker = new Broker(new QueueOptions { RequiresSession = true });

        await Assert.ThrowsAsync<InvalidOperationException>(() => broker.Client.CreateSender("q").SendMessageAsync(new ServiceBusMessage("x"), Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => broker.Client.CreateReceiver("q").ReceiveMessageAsync(NoWait, Cancel));
    }

    [Fact]
    public async Task What_was_sent_survives_a_restart_and_locks_do_not()
    {
        using var folder = new TempFolder();
        await using (var before = new Broker(folder: folder.Path))
        {
            await before.Client.CreateSender("q").SendMessagesAsync([new ServiceBusMessage("one"), new ServiceBusMessage("two")], Cancel);
            Assert.NotNull(await before.Client.CreateReceiver("q").ReceiveMessageAsync(NoWait, Cancel));
        }

        await using var after = new Broker(folder: folder.Path);
        var got = await after.Client.CreateReceiver("q").ReceiveMessagesAsync(5, NoWait, Cancel);

        Assert.Equal([("one", 2), ("two", 1)], got.Select(message => (message.Body.ToString(), message.DeliveryCount)));
    }

    [Fact]
    public async Task Every_message_is_received_once_by_competing_receivers()
    {
        await using var broker = new Broker();
        await broker.Client.CreateSender("q").SendMessagesAsync(Enumerable.Range(0, 200).Select(i => new ServiceBusMessage($"{i}")), Cancel);

        var received = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var receiver = broker.Client.CreateReceiver("q");
            var mine = new List<int>();
            while (await receiver.ReceiveMessageAsync(NoWait, Cancel) is { } message)
            {
                mine.Add(int.Parse(message.Body.ToString()));
                await receiver.CompleteMessageAsync(message, Cancel);
            }

            return mine;
        }));

        Assert.Equal(Enumerable.Range(0, 200), received.SelectMany(mine => mine).Order());
    }

    [Fact]
    public async Task A_namespace_that_no_host_serves_is_told_so()
    {
        await using var client = new ServiceBusClient("Endpoint=sb://127.0.0.1/nobody;SharedAccessKeyName=k;SharedAccessKey=v");

        var error = await Assert.ThrowsAsync<ServiceBusException>(() => client.CreateSender("q").SendMessageAsync(new ServiceBusMessage("x"), Cancel));

        Assert.Equal(ServiceBusFailureReason.ServiceCommunicationProblem, error.Reason);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Endpoint=not an address")]
    [InlineData("SharedAccessKey=v")]
    public void A_malformed_connection_string_is_refused(string connectionString) =>
        Assert.Throws<FormatException>(() => new ServiceBusClient(connectionString));

    private static async Task<Broker> WithMessageAsync(QueueOptions? options = null)
    {
        var broker = new Broker(options);
        await broker.Client.CreateSender("q").SendMessageAsync(new ServiceBusMessage("hello"), Cancel);
        return broker;
    }

    private static ServiceBusReceiver DeadLetters(Broker broker) =>
        broker.Client.CreateReceiver("q", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

    private static async Task<List<string>> TakeAllAsync(ServiceBusReceiver receiver)
    {
        var bodies = new List<string>();
        while (await receiver.ReceiveMessageAsync(NoWait, Cancel) is { } message)
        {
            bodies.Add(message.Body.ToString());
        }

        return bodies;
    }
}
