using System.Diagnostics;
using AgentFunctions.Local.ServiceBus.Broker;
using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.Hosting;
using AgentFunctions.Local.Worker.Invocation;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.Worker.ServiceBus;

/// <summary>Feeds one function with the messages of its queue.</summary>
internal sealed class ServiceBusListener(
    LocalFunction function,
    string queue,
    QueueOptions options,
    ServiceBusSettings settings,
    ServiceBusClient client,
    FunctionInvoker invoker,
    ILogger logger)
{
    private readonly bool completesMessages = AutoComplete(function) ?? settings.AutoCompleteMessages;
    private readonly bool isBatched = ((ServiceBusTriggerAttribute)function.Trigger).IsBatched;

    /// <summary>Receives until stopped, and returns when the functions that still run have ended.</summary>
    /// <remarks>
    /// As the real extension, it calls a function that takes batches once at a time, and keeps one session at a time for it; the concurrency
    /// of host.json and the renewal of locks are for functions that take single messages.
    /// </remarks>
    public Task RunAsync(CancellationToken stop) => (options.RequiresSession, isBatched) switch
    {
        (true, true) => RunSessionsAsync(stop),
        (true, false) => Task.WhenAll(Enumerable.Range(0, settings.MaxConcurrentSessions).Select(_ => RunSessionsAsync(stop))),
        (false, true) => RunBatchesAsync(stop),
        (false, false) => RunQueueAsync(stop),
    };

    private static bool? AutoComplete(LocalFunction function) => function.TriggerParameter.CustomAttributes
        .Single(attribute => attribute.AttributeType == typeof(ServiceBusTriggerAttribute))
        .NamedArguments
        .Where(argument => argument.MemberName == nameof(ServiceBusTriggerAttribute.AutoCompleteMessages))
        .Select(argument => (bool?)argument.TypedValue.Value)
        .FirstOrDefault();

    private async Task RunQueueAsync(CancellationToken stop)
    {
        await using var receiver = client.CreateReceiver(queue);
        using var free = new SemaphoreSlim(settings.MaxConcurrentCalls);
        var running = new HashSet<Task>();
        try
        {
            while (true)
            {
                await free.WaitAsync(stop);
                free.Release();
                foreach (var message in await receiver.ReceiveMessagesAsync(free.CurrentCount, null, stop))
                {
                    await free.WaitAsync(CancellationToken.None);
                    running.RemoveWhere(task => task.IsCompleted);
                    running.Add(ProcessThenFreeAsync(message, receiver, free, stop));
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ProcessThenFreeAsync(
        ServiceBusReceivedMessage message, ServiceBusReceiver receiver, SemaphoreSlim free, CancellationToken stop)
    {
        try
        {
            await ProcessAsync([message], receiver, () => receiver.RenewMessageLockAsync(message, CancellationToken.None), stop);
        }
        finally
        {
            free.Release();
        }
    }

    private async Task RunBatchesAsync(CancellationToken stop)
    {
        await using var receiver = client.CreateReceiver(queue);
        while (!stop.IsCancellationRequested)
        {
            if (await receiver.ReceiveMessagesAsync(settings.MaxMessageBatchSize, null, stop) is { Count: > 0 } messages)
            {
                await ProcessAsync(messages, receiver, renew: null, stop);
            }
        }
    }

    private async Task RunSessionsAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await RunSessionAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            logger.LogDebug("'{Function}' stops receiving sessions of '{Queue}'.", function.Name, queue);
        }
    }

    private async Task RunSessionAsync(CancellationToken stop)
    {
        try
        {
            await using var session = await client.AcceptNextSessionAsync(queue, cancellationToken: stop);
            using var released = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAll(Enumerable.Range(0, isBatched ? 1 : settings.MaxConcurrentCallsPerSession)
                .Select(_ => DrainAsync(session, released, stop)));
        }
        catch (ServiceBusException error) when (error.Reason
            is ServiceBusFailureReason.ServiceTimeout or ServiceBusFailureReason.SessionLockLost)
        {
            logger.LogDebug(error, "'{Function}' goes on to the next session of '{Queue}'.", function.Name, queue);
        }
    }

    /// <summary>Until no message has come for the idle time, or a function has released the session.</summary>
    private async Task DrainAsync(ServiceBusSessionReceiver session, CancellationTokenSource released, CancellationToken stop)
    {
        Func<Task>? renew = isBatched ? null : () => session.RenewSessionLockAsync(CancellationToken.None);
        try
        {
            while (await session.ReceiveMessagesAsync(isBatched ? settings.MaxMessageBatchSize : 1, settings.SessionIdleTimeout, released.Token)
                is { Count: > 0 } messages)
            {
                if (await ProcessAsync(messages, session, renew, stop))
                {
                    await released.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (released.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            logger.LogTrace("'{Function}' has released the session '{Session}'.", function.Name, session.SessionId);
        }
    }

    /// <summary>Calls the function with a message, or with a batch of them; whether it has released their session.</summary>
    private async Task<bool> ProcessAsync(
        IReadOnlyList<ServiceBusReceivedMessage> messages, ServiceBusReceiver receiver, Func<Task>? renew, CancellationToken stop)
    {
        using var done = new CancellationTokenSource();
        var renewal = renew is null ? Task.CompletedTask : RenewAsync(renew, done.Token);
        var actions = new ServiceBusMessageActions(receiver);
        var session = receiver is ServiceBusSessionReceiver held ? new ServiceBusSessionMessageActions(held) : null;
        try
        {
            await invoker.InvokeAsync(
                new Invocation.Invocation(function, isBatched ? messages.ToArray() : messages[0])
                {
                    BindingData = isBatched ? ServiceBusTriggerKind.BindingData(messages) : ServiceBusTriggerKind.BindingData(messages[0]),
                    Cause = isBatched ? default : Cause(messages[0]),
                    Prepare = context =>
                    {
                        context.Features.Set(actions);
                        context.Features.Set(session);
                    },
                },
                stop);
            if (completesMessages)
            {
                await Task.WhenAll(messages
                    .Where(message => !actions.IsSettled(message))
                    .Select(message => receiver.CompleteMessageAsync(message, CancellationToken.None)));
            }
        }
        catch (Exception error)
        {
            logger.LogError(
                error,
                "'{Function}' failed on {Count} messages from '{MessageId}' on, delivery {Delivery}.",
                function.Name,
                messages.Count,
                messages[0].MessageId,
                messages[0].DeliveryCount);
            await Task.WhenAll(messages.Where(message => !actions.IsSettled(message)).Select(message => AbandonAsync(message, receiver)));
        }
        finally
        {
            await done.CancelAsync();
            await renewal;
        }

        return session is { IsReleased: true };
    }

    /// <summary>Senders name their span so, as the real client does.</summary>
    private static ActivityContext Cause(ServiceBusReceivedMessage message) =>
        message.ApplicationProperties.GetValueOrDefault("Diagnostic-Id") is string id
        && ActivityContext.TryParse(id, traceState: null, isRemote: true, out var cause) ? cause : default;

    private async Task AbandonAsync(ServiceBusReceivedMessage message, ServiceBusReceiver receiver)
    {
        try
        {
            await receiver.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
        }
        catch (ServiceBusException error) when (error.Reason
            is ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.SessionLockLost)
        {
            logger.LogWarning(error, "The lock of the message '{MessageId}' had ended.", message.MessageId);
        }
    }

    private async Task RenewAsync(Func<Task> renew, CancellationToken done)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(done);
        limit.CancelAfter(settings.MaxAutoLockRenewalDuration);
        using var timer = new PeriodicTimer(options.LockDuration / 3);
        try
        {
            while (await timer.WaitForNextTickAsync(limit.Token))
            {
                await renew();
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            logger.LogTrace("The renewal of a lock on '{Queue}' ends.", queue);
        }
        catch (ServiceBusException error)
        {
            logger.LogWarning(error, "A lock on '{Queue}' is lost.", queue);
        }
    }
}
