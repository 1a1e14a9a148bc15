using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentFunctions.Webhooks;

/// <summary>
/// Signs webhooks as <see href="https://www.standardwebhooks.com">Standard Webhooks</see> says: HMAC-SHA256 over id, timestamp and body,
/// so that a receiver can refuse what is forged, changed or played again later. Pure.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header with the event's id; the same in every attempt.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header with the time of the attempt, in seconds since 1970 (UTC).</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header with the signatures, one for each key, separated by spaces.</summary>
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The signature of a body: <c>v1,</c> and the base64 of the HMAC of <c>{id}.{timestamp}.{body}</c>.</summary>
    /// <param name="secret">The key.</param>
    /// <param name="id">The event's id.</param>
    /// <param name="timestamp">Seconds since 1970 (UTC).</param>
    /// <param name="body">The body.</param>
    public static string Sign(ReadOnlySpan<byte> secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        byte[] signed = [.. head, .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, signed))}";
    }
}
