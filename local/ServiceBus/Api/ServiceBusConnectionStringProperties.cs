#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>The parts of a connection string.</summary>
public class ServiceBusConnectionStringProperties
{
    /// <summary>The namespace's address.</summary>
    public Uri Endpoint { get; private set; }

    /// <summary>The queue, when the string names one.</summary>
    public string EntityPath { get; private set; }

    /// <summary>The namespace's host name.</summary>
    public string FullyQualifiedNamespace => Endpoint?.Host;

    /// <summary>The name of the shared key.</summary>
    public string SharedAccessKeyName { get; private set; }

    /// <summary>The shared key.</summary>
    public string SharedAccessKey { get; private set; }

    /// <summary>The shared access signature.</summary>
    public string SharedAccessSignature { get; private set; }

    /// <summary>Reads a connection string.</summary>
    /// <param name="connectionString">For example <c>Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…</c>.</param>
    /// <exception cref="FormatException">The string is malformed.</exception>
    public static ServiceBusConnectionStringProperties Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var properties = new ServiceBusConnectionStringProperties();
        foreach (var part in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException("The connection string could not be parsed; either it was malformed or contains no well-known tokens.");
            }

            properties.Set(part[..equals].Trim(), part[(equals + 1)..].Trim());
        }

        return properties;
    }

    private void Set(string token, string value)
    {
        switch (token.ToUpperInvariant())
        {
            case "ENDPOINT":
                Endpoint = Uri.TryCreate(value, UriKind.Absolute, out var endpoint)
                    ? new UriBuilder(endpoint) { Scheme = "sb" }.Uri
                    : throw new FormatException("The connection string's endpoint is not an absolute address.");
                break;
            case "ENTITYPATH":
                EntityPath = value;
                break;
            case "SHAREDACCESSKEYNAME":
                SharedAccessKeyName = value;
                break;
            case "SHAREDACCESSKEY":
                SharedAccessKey = value;
                break;
            case "SHAREDACCESSSIGNATURE":
                SharedAccessSignature = value;
                break;
        }
    }
}
