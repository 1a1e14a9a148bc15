using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the parameter of a function that a Service Bus message, or a batch of them, starts.</summary>
/// <param name="queueName">The queue, or <c>%name%</c> for a setting.</param>
public sealed class ServiceBusTriggerAttribute(string queueName) : TriggerBindingAttribute
{
    /// <summary>The name of the setting with the connection string, <c>ServiceBus</c> for example.</summary>
    public string? Connection { get; set; }

    /// <summary>The queue.</summary>
    public string? QueueName { get; } = queueName;

    /// <summary>Whether messages of a session are processed in order.</summary>
    public bool IsSessionsEnabled { get; set; }

    /// <summary>Whether the function gets all messages that are there, up to host.json's <c>maxMessageBatchSize</c>, as an array.</summary>
    public bool IsBatched { get; set; }

    /// <summary>Whether a message is completed when its function returns. When not set, host.json's <c>autoCompleteMessages</c> decides, which is true by default.</summary>
    public bool AutoCompleteMessages { get; set; }
}
