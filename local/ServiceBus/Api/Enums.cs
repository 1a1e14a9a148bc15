namespace Azure.Messaging.ServiceBus;

/// <summary>Where a message stands in its queue.</summary>
public enum ServiceBusMessageState
{
    /// <summary>Receivable.</summary>
    Active = 0,

    /// <summary>Set aside: received only by its sequence number.</summary>
    Deferred = 1,

    /// <summary>Not receivable before its time.</summary>
    Scheduled = 2,
}

/// <summary>What receiving does to a message.</summary>
public enum ServiceBusReceiveMode
{
    /// <summary>The message is locked until it is settled or the lock ends.</summary>
    PeekLock = 0,

    /// <summary>The message is removed at once.</summary>
    ReceiveAndDelete = 1,
}

/// <summary>A part of a queue.</summary>
public enum SubQueue
{
    /// <summary>The queue itself.</summary>
    None = 0,

    /// <summary>The dead letters.</summary>
    DeadLetter = 1,

    /// <summary>The dead letters of transfers. Always empty on one machine.</summary>
    TransferDeadLetter = 2,
}

/// <summary>How a client reaches its namespace.</summary>
public enum ServiceBusTransportType
{
    /// <summary>AMQP over TCP.</summary>
    AmqpTcp = 0,

    /// <summary>AMQP over web sockets.</summary>
    AmqpWebSockets = 1,
}

/// <summary>Why an operation failed.</summary>
public enum ServiceBusFailureReason
{
    /// <summary>Any other reason.</summary>
    GeneralError = 0,

    /// <summary>The queue does not exist.</summary>
    MessagingEntityNotFound = 1,

    /// <summary>The message's lock has ended, or the message is settled.</summary>
    MessageLockLost = 2,

    /// <summary>No message has that sequence number.</summary>
    MessageNotFound = 3,

    /// <summary>The message is too large.</summary>
    MessageSizeExceeded = 4,

    /// <summary>The queue is disabled.</summary>
    MessagingEntityDisabled = 5,

    /// <summary>The queue is full.</summary>
    QuotaExceeded = 6,

    /// <summary>The service is busy.</summary>
    ServiceBusy = 7,

    /// <summary>The operation took too long.</summary>
    ServiceTimeout = 8,

    /// <summary>The namespace cannot be reached.</summary>
    ServiceCommunicationProblem = 9,

    /// <summary>Another receiver has the session.</summary>
    SessionCannotBeLocked = 10,

    /// <summary>The session's lock has ended.</summary>
    SessionLockLost = 11,

    /// <summary>The queue exists already.</summary>
    MessagingEntityAlreadyExists = 12,
}
