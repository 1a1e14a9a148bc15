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

    /// <summary>Receives until stopped, and returns when the functions that still run have ended.</summary>
    public Task RunAsync(CancellationToken stop) => options.RequiresSession
        ? Task.WhenAll(Enumerable.Range(0, settings.MaxConcurrentSessions).Select(_ => RunSessionsAsync(stop)))
        : RunQueueAsync(stop);

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
            await ProcessAsync(message, receiver, () => receiver.RenewMessageLockAsync(message, CancellationToken.None), stop);
        }
        finally
        {
            free.Release();
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
            while (await session.ReceiveMessageAsync(settings.SessionIdleTimeout, stop) is { } message)
            {
                await ProcessAsync(message, session, () => session.RenewSessionLockAsync(CancellationToken.None), stop);
            }
        }
        catch (ServiceBusException error) when (error.Reason
            is ServiceBusFailureReason.ServiceTimeout or ServiceBusFailureReason.SessionLockLost)
        {
            logger.LogDebug(error, "'{Function}' goes on to the next session of '{Queue}'.", function.Name, queue);
        }
    }

    private async Task ProcessAsync(
        ServiceBusReceivedMessage message, ServiceBusReceiver receiver, Func<Task> renew, CancellationToken stop)
    {
        using var done = new CancellationTokenSource();
        var renewal = RenewAsync(renew, done.Token);
        var actions = new ServiceBusMessageActions(receiver);
        try
        {
            await invoker.InvokeAsync(
                new Invocation.Invocation(function, message)
                {
                    BindingData = ServiceBusTriggerKind.BindingData(message),
                    Cause = Cause(message),
                    Prepare = context => context.Features.Set(actions),
                },
                stop);
            if (completesMessages && !actions.IsSettled)
            {
                await receiver.CompleteMessageAsync(message, CancellationToken.None);
            }
        }
        catch (Exception error)
        {
            logger.LogError(
                error, "'{Function}' failed on the message '{MessageId}', delivery {Delivery}.", function.Name, message.MessageId, message.DeliveryCount);
            await AbandonAsync(message, receiver, actions);
        }
        finally
        {
            await done.CancelAsync();
            await renewal;
        }
    }

    /// <summary>Senders name their span so, as the real client does.</summary>
    private static ActivityContext Cause(ServiceBusReceivedMessage message) =>
        message.ApplicationProperties.GetValueOrDefault("Diagnostic-Id") is string id
        && ActivityContext.TryParse(id, traceState: null, isRemote: true, out var cause) ? cause : default;

    private async Task AbandonAsync(ServiceBusReceivedMessage message, ServiceBusReceiver receiver, ServiceBusMessageActions actions)
    {
        if (actions.IsSettled)
        {
            return;
        }

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
