using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Telemetry;

/// <summary>Where telemetry goes, and how much of it.</summary>
/// <param name="OtlpEndpoint">
/// Where an OpenTelemetry collector, LangSmith or Phoenix takes it. Setting <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; the other <c>OTEL_*</c>
/// variables are read by the OpenTelemetry SDK. Not exported so by default.
/// </param>
/// <param name="ApplicationInsights">The connection string of Application Insights. Setting <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>; not exported so by default.</param>
/// <param name="UsesIdentity">
/// Whether Application Insights is written to as the app's identity: the setting <c>APPLICATIONINSIGHTS_AUTHENTICATION_STRING</c> holds
/// <c>Authorization=AAD</c>, as for the Functions host.
/// </param>
/// <param name="CapturesContent">
/// Whether spans hold prompts, answers, arguments and results of tools, redacted by the policies' data rules. Setting
/// <c>Telemetry:CaptureContent</c>, default <c>false</c>, or <c>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT</c>.
/// </param>
/// <param name="IsRequestOfHost">Whether the Functions host records requests itself, as it does in Azure (where <c>WEBSITE_INSTANCE_ID</c> is set).</param>
internal sealed record TelemetrySettings(
    Uri? OtlpEndpoint, string? ApplicationInsights, bool UsesIdentity, bool CapturesContent, bool IsRequestOfHost)
{
    private const string Otlp = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Capture = "Telemetry:CaptureContent";

    /// <summary>Whether telemetry goes anywhere.</summary>
    public bool IsExported => OtlpEndpoint is not null || ApplicationInsights is not null;

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The app's settings.</param>
    /// <exception cref="InvalidOperationException">A value is wrong; the message names the setting, never its value.</exception>
    public static TelemetrySettings From(IConfiguration configuration) => new(
        Text(configuration, Otlp) switch
        {
            null => null,
            { } text when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" => new Uri(text),
            _ => throw new InvalidOperationException($"The setting {Otlp} must be an absolute http or https URL."),
        },
        Text(configuration, "APPLICATIONINSIGHTS_CONNECTION_STRING"),
        Text(configuration, "APPLICATIONINSIGHTS_AUTHENTICATION_STRING")?.Contains("Authorization=AAD", StringComparison.OrdinalIgnoreCase) == true,
        Flag(configuration, Capture) || Flag(configuration, "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"),
        Text(configuration, "WEBSITE_INSTANCE_ID") is not null);

    /// <summary>Without the connection string, which may hold a key.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{OtlpEndpoint} {(ApplicationInsights is null ? "" : "Application Insights")} {UsesIdentity} {CapturesContent} {IsRequestOfHost}");

    private static string? Text(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key]!.Trim();

    private static bool Flag(IConfiguration configuration, string key) => Text(configuration, key) switch
    {
        null => false,
        { } text when bool.TryParse(text, out var flag) => flag,
        _ => throw new InvalidOperationException($"The setting {key} must be true or false."),
    };
}
