using System.Text;
using System.Text.Json;
using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>A message, checked and serialized, on its way into a queue.</summary>
internal sealed record OutgoingMessage(
    MessageProperties Properties, string PropertiesJson, string ApplicationPropertiesJson, byte[] Body)
{
    private const int MaxIdLength = 128;

    public int Size => Body.Length + Encoding.UTF8.GetByteCount(PropertiesJson) + Encoding.UTF8.GetByteCount(ApplicationPropertiesJson);

    public static OutgoingMessage Of(ServiceBusMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        RefuseLong(message.MessageId, nameof(message.MessageId));
        RefuseLong(message.SessionId, nameof(message.SessionId));
        var properties = MessageProperties.Of(message);
        return new(
            properties,
            JsonSerializer.Serialize(properties),
            ApplicationPropertyCodec.Write(message.ApplicationProperties),
            message.Body.ToArray());
    }

    private static void RefuseLong(string? value, string property)
    {
        if (value?.Length > MaxIdLength)
        {
            throw new ArgumentOutOfRangeException(property, $"{property} is longer than {MaxIdLength} characters.");
        }
    }
}
