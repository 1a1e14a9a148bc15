using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Local.ServiceBus.Broker;

internal sealed record ReceiveRequest(
    string Queue, SubQueue SubQueue, ServiceBusReceiveMode Mode, int MaxMessages, SessionHold? Session);
