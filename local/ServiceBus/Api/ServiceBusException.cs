#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>A Service Bus operation failed.</summary>
public class ServiceBusException : Exception
{
    /// <summary>A failure without details.</summary>
    public ServiceBusException()
    {
    }

    /// <summary>A failure with its reason; whether it is transient follows from the reason.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="reason">Why.</param>
    /// <param name="entityPath">The queue.</param>
    /// <param name="innerException">The cause.</param>
    public ServiceBusException(
        string message, ServiceBusFailureReason reason, string entityPath = null, Exception innerException = null)
        : this(
            reason is ServiceBusFailureReason.ServiceCommunicationProblem
                or ServiceBusFailureReason.ServiceTimeout
                or ServiceBusFailureReason.ServiceBusy,
            message,
            entityPath,
            reason,
            innerException)
    {
    }

    /// <summary>A failure with its reason.</summary>
    /// <param name="isTransient">Whether trying again may help.</param>
    /// <param name="message">What failed.</param>
    /// <param name="entityName">The queue.</param>
    /// <param name="reason">Why.</param>
    /// <param name="innerException">The cause.</param>
    public ServiceBusException(
        bool isTransient,
        string message,
        string entityName = null,
        ServiceBusFailureReason reason = ServiceBusFailureReason.GeneralError,
        Exception innerException = null) : base(message, innerException)
    {
        IsTransient = isTransient;
        EntityPath = entityName;
        Reason = reason;
    }

    /// <summary>Why the operation failed.</summary>
    public ServiceBusFailureReason Reason { get; }

    /// <summary>Whether trying again may help.</summary>
    public bool IsTransient { get; }

    /// <summary>The queue.</summary>
    public string EntityPath { get; }

    /// <summary>The message, with the queue and the reason.</summary>
    public override string Message => string.IsNullOrEmpty(EntityPath)
        ? $"{base.Message} ({Reason})"
        : $"{base.Message} ({Reason}). For {EntityPath}.";
}
