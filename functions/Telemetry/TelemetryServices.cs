using AgentFunctions.Storage;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgentFunctions.Telemetry;

/// <summary>Registers telemetry.</summary>
public static class TelemetryServices
{
    /// <summary>
    /// Adds the spans, events and metrics of runs, and exports them where a setting says whereto: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (OTLP),
    /// <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> (Application Insights), or both. After the stores, which it observes, and before the
    /// policies, so that it sees of events what goes on record.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's settings.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = TelemetrySettings.From(configuration);
        services.AddSingleton(settings);
        services.AddSingleton(new ToolSpans(settings));
        services.AddSingleton<ChatSpans>();
        services.AddSingleton<RunTraces>();
        services.AddSingleton<RunEventSpans>();
        services.AddSingleton<RunObserver>();
        services.Decorate<IRunJournal>((journal, provider) => new ObservedJournal(
            journal, provider.GetRequiredService<IRunStore>(), provider.GetRequiredService<RunObserver>()));
        services.Decorate<IRunHistory>((history, provider) => new ObservedRunHistory(
            history, provider.GetRequiredService<IRunStore>(), provider.GetRequiredService<RunObserver>()));
        if (settings.IsExported)
        {
            services.AddExport(settings);
        }

        return services;
    }

    private static void AddExport(this IServiceCollection services, TelemetrySettings settings)
    {
        services.AddSingleton<ContentRedaction>();
        services.AddHostedService<RunGauges>();
        var telemetry = services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .ConfigureResource(resource => resource.AddService(TelemetryNames.Source).AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(TelemetryNames.Source).AddProcessor<ContentRedaction>())
            .WithMetrics(metrics => metrics.AddMeter(TelemetryNames.Source))
            .WithLogging(configureBuilder: null, options => options.IncludeFormattedMessage = true);
        if (settings.OtlpEndpoint is not null)
        {
            telemetry.UseOtlpExporter();
        }

        if (settings.ApplicationInsights is { } connection)
        {
            void Connect(AzureMonitorExporterOptions options)
            {
                options.ConnectionString = connection;
                options.Credential = settings.UsesIdentity ? new DefaultAzureCredential() : null;
                options.EnableTraceBasedLogsSampler = false;
            }

            telemetry
                .WithTracing(tracing => tracing.AddAzureMonitorTraceExporter(Connect))
                .WithMetrics(metrics => metrics.AddAzureMonitorMetricExporter(Connect))
                .WithLogging(logging => logging.AddAzureMonitorLogExporter(Connect));
        }

        // Last, so that no exporter puts a rate in its place: all that is emitted is needed to follow a run, whatever its caller samples.
        services.ConfigureOpenTelemetryTracerProvider((_, tracing) => tracing.SetSampler(new AlwaysOnSampler()));
    }
}
