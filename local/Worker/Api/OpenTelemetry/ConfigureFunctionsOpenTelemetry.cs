using OpenTelemetry;

namespace Microsoft.Azure.Functions.Worker.OpenTelemetry;

/// <summary>OpenTelemetry of a function app beside that of its host.</summary>
public static class ConfigureFunctionsOpenTelemetry
{
    /// <summary>
    /// In Azure: the app exports its own telemetry, the host no longer does so for it, and the spans of invocations are exported, too. Here
    /// the host is in the app's own process and has no telemetry of its own, so there is nothing to do.
    /// </summary>
    /// <param name="builder">The app's telemetry.</param>
    public static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(this IOpenTelemetryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder;
    }
}
