using System.Text;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Webhooks;

/// <summary>Who is told by webhook, and how long it is tried.</summary>
/// <param name="Targets">The targets by name.</param>
/// <param name="MaxAttempts">Most attempts for one target and event.</param>
/// <param name="FirstRetry">The wait after the first attempt; it doubles with each further one, up to <see cref="LongestRetry"/>.</param>
/// <param name="Timeout">Longest that one attempt may take.</param>
internal sealed record WebhookSettings(
    IReadOnlyDictionary<string, WebhookTarget> Targets, int MaxAttempts, TimeSpan FirstRetry, TimeSpan Timeout)
{
    /// <summary>The longest wait between two attempts.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);

    private const int DefaultMaxAttempts = 20;
    private const double DefaultRetrySeconds = 5;
    private const double DefaultTimeoutSeconds = 10;

    /// <summary>Reads the settings of section <c>Webhooks</c>.</summary>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A value is wrong; the message names the setting, never its value.</exception>
    public static WebhookSettings Read(IConfiguration configuration) => new(
        configuration.GetSection("Webhooks:Targets").GetChildren().ToDictionary(section => section.Key, WebhookTarget.Read, StringComparer.Ordinal),
        (int)(Number(configuration.GetSection("Webhooks:MaxAttempts"), 1, 1_000) ?? DefaultMaxAttempts),
        TimeSpan.FromSeconds(Number(configuration.GetSection("Webhooks:RetrySeconds"), 0.001, 3_600) ?? DefaultRetrySeconds),
        TimeSpan.FromSeconds(Number(configuration.GetSection("Webhooks:TimeoutSeconds"), 0.001, 300) ?? DefaultTimeoutSeconds));

    /// <summary>The wait after an attempt that failed.</summary>
    /// <param name="attempt">The attempt, from 1.</param>
    /// <param name="asked">What the target asks for.</param>
    /// <returns><see langword="null"/> where it was the last one.</returns>
    public TimeSpan? WaitAfter(int attempt, TimeSpan? asked)
    {
        if (attempt >= MaxAttempts)
        {
            return null;
        }

        var doubled = Math.Min(FirstRetry.TotalSeconds * Math.Pow(2, attempt - 1), LongestRetry.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Clamp(asked?.TotalSeconds ?? 0, doubled, LongestRetry.TotalSeconds));
    }

    private static double? Number(IConfigurationSection section, double least, double most) =>
        SettingNumbers.Read(section.Path, section.Value, least, most);
}

/// <summary>Someone who is told by webhook. Neither its URL nor its secrets show in its text.</summary>
internal sealed class WebhookTarget
{
    /// <summary>The least that Standard Webhooks takes for a key, in bytes.</summary>
    private const int LeastSecretBytes = 24;

    private const string Encoded = "whsec_";

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it listens.</summary>
    public required Uri Url { get; init; }

    /// <summary>Keys that sign, the current one first; more than one while keys are being exchanged.</summary>
    public required IReadOnlyList<byte[]> Secrets { get; init; }

    /// <summary>The types that it is told; empty for all. <c>approval.*</c> stands for all that begin with <c>approval.</c></summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Whether it may be reached over plain HTTP and at an address of a private network or of this machine.</summary>
    public required bool AllowPrivateNetwork { get; init; }

    /// <summary>Reads a target.</summary>
    /// <param name="section">Its section.</param>
    /// <exception cref="InvalidOperationException">A value is wrong; the message names the setting, never its value.</exception>
    public static WebhookTarget Read(IConfigurationSection section)
    {
        if (!Identifiers.IsValid(section.Key))
        {
            throw new InvalidOperationException($"The name of a target in {section.Path} must be {Identifiers.Rule}.");
        }

        var allowPrivate = Flag(section.GetSection("AllowPrivateNetwork"));
        return new WebhookTarget
        {
            Name = section.Key,
            Url = ReadUrl(section.GetSection("Url"), allowPrivate),
            Secrets = section["PreviousSecret"] is { Length: > 0 }
                ? [Secret(section.GetSection("Secret")), Secret(section.GetSection("PreviousSecret"))]
                : [Secret(section.GetSection("Secret"))],
            Events = (section["Events"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            AllowPrivateNetwork = allowPrivate,
        };
    }

    /// <summary>Whether it is told of events of that type.</summary>
    /// <param name="type">The type.</param>
    public bool Wants(string type) => Events.Count == 0 || Events.Any(pattern => pattern.EndsWith(".*", StringComparison.Ordinal)
        ? type.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : pattern == type);

    /// <inheritdoc />
    public override string ToString() => Name;

    private static bool Flag(IConfigurationSection section) => section.Value switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var flag) => flag,
        _ => throw new InvalidOperationException($"The setting {section.Path} must be true or false."),
    };

    private static Uri ReadUrl(IConfigurationSection section, bool allowPrivate) =>
        Uri.TryCreate(section.Value, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (allowPrivate && url.Scheme == Uri.UriSchemeHttp))
            && url.UserInfo.Length == 0
            && url.Fragment.Length == 0
            ? url
            : throw new InvalidOperationException(
                $"The setting {section.Path} must be an absolute https URL without user and fragment; http needs AllowPrivateNetwork.");

    private static byte[] Secret(IConfigurationSection section)
    {
        var text = section.Value?.Trim() ?? "";
        var bytes = text.StartsWith(Encoded, StringComparison.Ordinal) ? Decode(section, text[Encoded.Length..]) : Encoding.UTF8.GetBytes(text);
        return bytes.Length >= LeastSecretBytes
            ? bytes
            : throw new InvalidOperationException(
                FormattableString.Invariant($"The setting {section.Path} must hold at least {LeastSecretBytes} bytes: a text, or whsec_ and base64."));
    }

    private static byte[] Decode(IConfigurationSection section, string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count)
            ? bytes[..count]
            : throw new InvalidOperationException($"The setting {section.Path} must be base64 after whsec_.");
    }
}
