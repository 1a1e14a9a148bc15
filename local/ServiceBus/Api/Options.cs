#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>How a client behaves.</summary>
public class ServiceBusClientOptions
{
    /// <summary>How the namespace is reached. Without effect on one machine.</summary>
    public ServiceBusTransportType TransportType { get; set; }

    /// <summary>The client's name in logs; a random one when null.</summary>
    public string Identifier { get; set; }
}

/// <summary>How a sender behaves.</summary>
public class ServiceBusSenderOptions
{
    /// <summary>The sender's name in logs; a random one when null.</summary>
    public string Identifier { get; set; }
}

/// <summary>How a receiver behaves.</summary>
public class ServiceBusReceiverOptions
{
    /// <summary>The number of messages fetched ahead. Without effect on one machine.</summary>
    public int PrefetchCount { get; set; }

    /// <summary>What receiving does to a message. Default <see cref="ServiceBusReceiveMode.PeekLock"/>.</summary>
    public ServiceBusReceiveMode ReceiveMode { get; set; }

    /// <summary>The part of the queue. Default the queue itself.</summary>
    public SubQueue SubQueue { get; set; }

    /// <summary>The receiver's name in logs; a random one when null.</summary>
    public string Identifier { get; set; }
}

/// <summary>How a session's receiver behaves.</summary>
public class ServiceBusSessionReceiverOptions
{
    /// <summary>The number of messages fetched ahead. Without effect on one machine.</summary>
    public int PrefetchCount { get; set; }

    /// <summary>What receiving does to a message. Default <see cref="ServiceBusReceiveMode.PeekLock"/>.</summary>
    public ServiceBusReceiveMode ReceiveMode { get; set; }

    /// <summary>The receiver's name in logs; a random one when null.</summary>
    public string Identifier { get; set; }
}
