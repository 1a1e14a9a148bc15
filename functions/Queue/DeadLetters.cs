using System.Text.Json;
using AgentFunctions.Runs;
using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Queue;

/// <summary>Messages that could not be admitted.</summary>
/// <param name="client">The namespace.</param>
public sealed class DeadLetters(ServiceBusClient client) : IAsyncDisposable
{
    /// <summary>The message is none of a run.</summary>
    public const string Malformed = nameof(Malformed);

    /// <summary>There is no such run.</summary>
    public const string UnknownRun = nameof(UnknownRun);

    /// <summary>The run could not be admitted, however often it was tried.</summary>
    public const string AdmissionFailed = nameof(AdmissionFailed);

    private const int PageSize = 100;
    private const int MostBodyBytes = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ServiceBusSender sender = client.CreateSender(RunMessage.Queue);
    private readonly ServiceBusReceiver receiver =
        client.CreateReceiver(RunMessage.Queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

    private readonly SemaphoreSlim receiving = new(1);

    /// <summary>Dead letters, oldest first.</summary>
    /// <param name="after">Only those with a greater id; 0 for all.</param>
    /// <param name="limit">Most of them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(long after, int limit, CancellationToken cancellationToken)
    {
        var found = new List<DeadLetter>();
        while (found.Count < limit)
        {
            var page = await receiver.PeekMessagesAsync(Math.Min(PageSize, limit - found.Count), after + 1, cancellationToken);
            found.AddRange(page.Select(Read));
            if (page.Count == 0)
            {
                break;
            }

            after = page[^1].SequenceNumber;
        }

        return found;
    }

    /// <summary>The dead letter, or <see langword="null"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<DeadLetter?> FindAsync(long id, CancellationToken cancellationToken) =>
        await receiver.PeekMessageAsync(id, cancellationToken) is { } message && message.SequenceNumber == id ? Read(message) : null;

    /// <summary>Sends a dead letter's message again; the queue drops it where that has been done.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task SendAgainAsync(long id, CancellationToken cancellationToken)
    {
        if (await receiver.PeekMessageAsync(id, cancellationToken) is { } message && message.SequenceNumber == id)
        {
            await sender.SendMessageAsync(
                RunQueue.Again(message, FormattableString.Invariant($"{Shortened(message.MessageId)}~{id}")), cancellationToken);
        }
    }

    /// <summary>
    /// Removes a dead letter; <see langword="false"/> where somebody else holds it just now. A queue gives no single message out, so those
    /// before it are received, too, and given back.
    /// </summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> RemoveAsync(long id, CancellationToken cancellationToken)
    {
        await receiving.WaitAsync(cancellationToken);
        var others = new List<ServiceBusReceivedMessage>();
        try
        {
            while (await FindAsync(id, cancellationToken) is not null)
            {
                var page = await receiver.ReceiveMessagesAsync(PageSize, Patience, cancellationToken);
                if (page.Count == 0)
                {
                    return false;
                }

                others.AddRange(page.Where(message => message.SequenceNumber != id));
                if (page.FirstOrDefault(message => message.SequenceNumber == id) is { } wanted)
                {
                    await receiver.CompleteMessageAsync(wanted, cancellationToken);
                }
            }

            return true;
        }
        finally
        {
            foreach (var other in others)
            {
                await receiver.AbandonMessageAsync(other, cancellationToken: CancellationToken.None);
            }

            receiving.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await sender.DisposeAsync();
        await receiver.DisposeAsync();
        receiving.Dispose();
    }

    /// <summary>The run's message that a body holds; <see langword="null"/> where it holds none.</summary>
    /// <param name="body">The body.</param>
    public static RunMessage? Parse(BinaryData body)
    {
        try
        {
            return JsonSerializer.Deserialize<RunMessage>(body.ToMemory().Span, AgentJson.Options) is { } message
                && Identifiers.IsValid(message.RunId) && Identifiers.IsValid(message.Tenant)
                    ? message
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shortened(string? messageId)
    {
        const int Most = 100;
        return messageId is null ? "none" : messageId.Length <= Most ? messageId : messageId[..Most];
    }

    private static DeadLetter Read(ServiceBusReceivedMessage message)
    {
        var run = Parse(message.Body);
        var body = message.Body.ToMemory();
        return new DeadLetter(
            message.SequenceNumber,
            message.MessageId,
            run?.RunId,
            run?.Tenant,
            message.DeadLetterReason,
            message.DeadLetterErrorDescription,
            RunQueue.Attempt(message),
            message.EnqueuedTime,
            System.Text.Encoding.UTF8.GetString(body.Length > MostBodyBytes ? body[..MostBodyBytes].Span : body.Span));
    }
}

/// <summary>A message that could not be admitted.</summary>
/// <param name="Id">The queue's sequence number.</param>
/// <param name="MessageId">The message's id.</param>
/// <param name="RunId">The run, where the message is one of a run.</param>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Reason">Why: <c>Malformed</c>, <c>UnknownRun</c>, <c>AdmissionFailed</c>, or the queue's own reason.</param>
/// <param name="Description">More on why.</param>
/// <param name="DeliveryCount">How often it was delivered, pauses between attempts included.</param>
/// <param name="EnqueuedAt">UTC time at which the queue took it.</param>
/// <param name="Body">The body as UTF-8 text, its first 4096 bytes.</param>
public sealed record DeadLetter(
    long Id,
    string MessageId,
    string? RunId,
    string? Tenant,
    string? Reason,
    string? Description,
    int DeliveryCount,
    DateTimeOffset EnqueuedAt,
    string Body);
