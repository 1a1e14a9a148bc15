using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;

namespace AgentFunctions.Audit;

/// <summary>The hash that chains a run's audit events.</summary>
public static class AuditHash
{
    /// <summary>Decimal places of an event's cost: JSON numbers are doubles to RFC 8785, and these are exact in one up to 999 USD.</summary>
    internal const int CostDecimals = 12;

    /// <summary><see cref="AuditEvent.PreviousHash"/> of the first event of a run.</summary>
    public static string Origin { get; } = new('0', 64);

    /// <summary>SHA-256 of the event's canonical JSON (RFC 8785) without its <c>hash</c>, lower-case hexadecimal.</summary>
    /// <param name="entry">The event; its <see cref="AuditEvent.Hash"/> does not count.</param>
    public static string Of(AuditEvent entry) => Of((JsonObject)JsonSerializer.SerializeToNode(entry, AgentJson.Options)!);

    /// <summary>The same of an event as it is kept.</summary>
    /// <param name="entry">The event's JSON; its <c>hash</c> does not count and is taken out of it.</param>
    internal static string Of(JsonObject entry)
    {
        entry.Remove("hash");
        return Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Write(entry)));
    }
}
