using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentFunctions.Storage;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Audit;

/// <summary>Signs the head of each run's audit log when the log grows, so that whoever has the file but not the key cannot cut it unseen.</summary>
/// <param name="key">The key that signs; <see langword="null"/> where none is configured.</param>
/// <param name="earlier">Keys that signed before, or on other machines.</param>
public sealed class AuditSigner(AuditKey? key, IReadOnlyList<AuditKey> earlier)
{
    /// <summary>Whether new heads are signed.</summary>
    public bool Signs => key is not null;

    /// <summary>
    /// Reads the settings <c>Audit:SigningKey</c> and <c>Audit:EarlierKeys:N</c>: each a PEM of an EC key (ES256; a public key can only
    /// verify), or at least 32 bytes in base64 (HMAC-SHA256). Without the first, heads stay unsigned.
    /// </summary>
    /// <param name="configuration">The app's settings.</param>
    /// <exception cref="InvalidOperationException">A key is none of these; the message names the setting, never its value.</exception>
    public static AuditSigner From(IConfiguration configuration)
    {
        const string Key = "Audit:SigningKey";
        var key = string.IsNullOrWhiteSpace(configuration[Key]) ? null : AuditKey.Read(Key, configuration[Key]!);
        return key is { CanSign: false }
            ? throw new InvalidOperationException($"The setting {Key} is a public key, which cannot sign.")
            : new AuditSigner(key, [.. configuration.GetSection("Audit:EarlierKeys").GetChildren().Select(each => AuditKey.Read(each.Path, each.Value ?? ""))]);
    }

    /// <summary>The head with its signature; as it is where no key is configured.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="head">The head.</param>
    public AuditHead Sign(string runId, AuditHead head) =>
        head with { Signature = key?.Sign(Message(runId, head)) };

    /// <summary>What the signature of a head is worth.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="head">The head.</param>
    public SignatureState Check(string runId, AuditHead head)
    {
        if (head.Signature is not { } signature)
        {
            return SignatureState.Unsigned;
        }

        var signer = earlier.Append(key).OfType<AuditKey>().FirstOrDefault(each => each.Id == signature.KeyId);
        return signer is null ? SignatureState.UnknownKey
            : signer.Verify(Message(runId, head), signature) ? SignatureState.Valid
            : SignatureState.Invalid;
    }

    private static byte[] Message(string runId, AuditHead head) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"agentfunctions.audit.head\n{runId}\n{head.Sequence}\n{head.Hash}"));
}

/// <summary>What a signature is worth.</summary>
public enum SignatureState
{
    /// <summary>There is none.</summary>
    Unsigned,

    /// <summary>It is that of the head, by a known key.</summary>
    Valid,

    /// <summary>It is not that of the head: the log was cut or rewritten.</summary>
    Invalid,

    /// <summary>It is by a key that is not configured here, so it says nothing.</summary>
    UnknownKey,
}

/// <summary>The signature of a head.</summary>
/// <param name="Algorithm"><c>HS256</c> (HMAC-SHA256) or <c>ES256</c> (ECDSA over P-256 with SHA-256), as JOSE names them.</param>
/// <param name="KeyId">The first 16 hexadecimal digits of the SHA-256 of the key, of the public one for <c>ES256</c>.</param>
/// <param name="Value">Base64.</param>
public sealed record AuditSignature(string Algorithm, string KeyId, string Value);

/// <summary>A key that signs or verifies heads.</summary>
public sealed class AuditKey
{
    private const string Hmac = "HS256";
    private const string Ecdsa = "ES256";
    private const int LeastBytes = 32;
    private const int IdLength = 16;

    private readonly byte[]? secret;
    private readonly ECDsa? pair;
    private readonly Lock signing = new();

    private AuditKey(byte[]? secret, ECDsa? pair, bool canSign)
    {
        (this.secret, this.pair, CanSign) = (secret, pair, canSign);
        Id = Convert.ToHexStringLower(SHA256.HashData(secret ?? pair!.ExportSubjectPublicKeyInfo()))[..IdLength];
    }

    /// <summary>Names the key without telling it.</summary>
    public string Id { get; }

    /// <summary>Whether it can sign; a public key can only verify.</summary>
    public bool CanSign { get; }

    /// <summary>Reads a key.</summary>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <param name="text">A PEM, or base64.</param>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public static AuditKey Read(string source, string text)
    {
        try
        {
            if (!text.Contains("-----BEGIN", StringComparison.Ordinal))
            {
                var bytes = Convert.FromBase64String(text.Trim());
                return bytes.Length >= LeastBytes ? new AuditKey(bytes, pair: null, canSign: true) : throw new FormatException("It is too short.");
            }

            var imported = ECDsa.Create();
            imported.ImportFromPem(text);
            return imported.KeySize == 256
                ? new AuditKey(secret: null, imported, text.Contains("PRIVATE KEY", StringComparison.Ordinal))
                : throw new FormatException("It is not of P-256.");
        }
        catch (Exception error) when (error is FormatException or ArgumentException or CryptographicException)
        {
            throw new InvalidOperationException($"The setting {source} is neither a PEM of an EC key of P-256 nor {LeastBytes} bytes or more in base64.", error);
        }
    }

    /// <summary>Signs a message.</summary>
    /// <param name="message">The message.</param>
    public AuditSignature Sign(byte[] message)
    {
        if (secret is not null)
        {
            return new AuditSignature(Hmac, Id, Convert.ToBase64String(HMACSHA256.HashData(secret, message)));
        }

        lock (signing)
        {
            return new AuditSignature(Ecdsa, Id, Convert.ToBase64String(pair!.SignData(message, HashAlgorithmName.SHA256)));
        }
    }

    /// <summary>Whether a signature is that of a message by this key.</summary>
    /// <param name="message">The message.</param>
    /// <param name="signature">The signature.</param>
    public bool Verify(byte[] message, AuditSignature signature)
    {
        var value = new byte[signature.Value.Length];
        if (!Convert.TryFromBase64String(signature.Value, value, out var length))
        {
            return false;
        }

        if (secret is not null)
        {
            return signature.Algorithm == Hmac && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, message), value.AsSpan(0, length));
        }

        lock (signing)
        {
            return signature.Algorithm == Ecdsa && pair!.VerifyData(message, value.AsSpan(0, length), HashAlgorithmName.SHA256);
        }
    }
}
