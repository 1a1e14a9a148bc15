using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Local.Worker.Hosting;

/// <summary>The settings of host.json that this host honours.</summary>
internal sealed record HostJson
{
    public string RoutePrefix { get; init; } = "api";

    /// <summary>How long a function may run; null for without end, which is the default outside the Consumption plan.</summary>
    public TimeSpan? FunctionTimeout { get; init; }

    public string HubName { get; init; } = "taskhub";

    /// <summary>The version of orchestrations that are started without one.</summary>
    public string? DefaultVersion { get; init; }

    public int? MaxConcurrentActivityFunctions { get; init; }

    public int? MaxConcurrentOrchestratorFunctions { get; init; }

    public int? MaxConcurrentEntityFunctions { get; init; }

    /// <summary>Whether an orchestration that waits stays in memory; without it every turn replays the orchestration, which shows code that is not deterministic.</summary>
    public bool ExtendedSessionsEnabled { get; init; } = true;

    /// <summary>How long an orchestration that waits stays in memory.</summary>
    public TimeSpan ExtendedSessionIdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// <c>storageProvider.longestInlinePayload</c>: longer inputs, outputs, events and states, in characters, are stored once, apart from
    /// the histories that refer to them. 65,536 by default.
    /// </summary>
    public int LongestInlinePayload { get; init; } = 64 * 1024;

    /// <summary>
    /// <c>storageProvider.retention</c>: how long finished instances are kept, as days.hours:minutes:seconds; 30 days by default.
    /// Null, written "unlimited", keeps them until they are purged.
    /// </summary>
    public TimeSpan? Retention { get; init; } = TimeSpan.FromDays(30);

    public ServiceBusSettings ServiceBus { get; init; } = new();

    public IConfigurationSection? Logging { get; init; }

    /// <summary>Reads host.json in a folder; the defaults when there is none.</summary>
    /// <exception cref="InvalidOperationException">A setting is malformed; the message names it.</exception>
    public static HostJson Load(string folder)
    {
        var json = new ConfigurationBuilder()
            .SetBasePath(folder)
            .AddJsonFile("host.json", optional: true, reloadOnChange: false)
            .Build();
        var durable = json.GetSection("extensions:durableTask");
        var bus = json.GetSection("extensions:serviceBus");
        return new HostJson
        {
            RoutePrefix = json["extensions:http:routePrefix"]?.Trim('/') ?? "api",
            FunctionTimeout = json["functionTimeout"] is "-1" or null ? null : Span(json, "functionTimeout"),
            HubName = durable["hubName"] is { Length: > 0 } hub ? HubNameOf(hub) : "taskhub",
            DefaultVersion = durable["defaultVersion"] is { Length: > 0 } version ? version : null,
            MaxConcurrentActivityFunctions = Count(durable, "maxConcurrentActivityFunctions"),
            MaxConcurrentOrchestratorFunctions = Count(durable, "maxConcurrentOrchestratorFunctions"),
            MaxConcurrentEntityFunctions = Count(durable, "maxConcurrentEntityFunctions"),
            ExtendedSessionsEnabled = durable.GetValue<bool?>("extendedSessionsEnabled") ?? true,
            ExtendedSessionIdleTimeout = TimeSpan.FromSeconds(Count(durable, "extendedSessionIdleTimeoutInSeconds") ?? 30),
            LongestInlinePayload = Count(durable, "storageProvider:longestInlinePayload") ?? 64 * 1024,
            Retention = durable["storageProvider:retention"] is "unlimited"
                ? null
                : Span(durable, "storageProvider:retention") ?? TimeSpan.FromDays(30),
            ServiceBus = new ServiceBusSettings
            {
                MaxConcurrentCalls = Count(bus, "maxConcurrentCalls") ?? 16,
                MaxConcurrentSessions = Count(bus, "maxConcurrentSessions") ?? 8,
                MaxConcurrentCallsPerSession = Count(bus, "maxConcurrentCallsPerSession") ?? 1,
                MaxMessageBatchSize = Count(bus, "maxMessageBatchSize") ?? 1000,
                AutoCompleteMessages = bus.GetValue<bool?>("autoCompleteMessages") ?? true,
                MaxAutoLockRenewalDuration = Span(bus, "maxAutoLockRenewalDuration") ?? TimeSpan.FromMinutes(5),
                SessionIdleTimeout = Span(bus, "sessionIdleTimeout") ?? Span(bus, "clientRetryOptions:tryTimeout") ?? TimeSpan.FromMinutes(1),
            },
            Logging = json.GetSection("logging"),
        };
    }

    private static string HubNameOf(string hub) =>
        hub.Length is >= 3 and <= 45 && char.IsAsciiLetter(hub[0]) && hub.All(char.IsAsciiLetterOrDigit)
            ? hub
            : throw new InvalidOperationException(
                $"host.json: 'extensions:durableTask:hubName' is '{hub}'; it starts with a letter and has 3 to 45 letters and digits.");

    private static TimeSpan? Span(IConfiguration section, string key) => section[key] switch
    {
        null => null,
        var text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero => span,
        var text => throw new InvalidOperationException($"host.json: '{key}' is '{text}', which is not a positive time span."),
    };

    private static int? Count(IConfiguration section, string key) => section[key] switch
    {
        null => null,
        var text when int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count > 0 => count,
        var text => throw new InvalidOperationException($"host.json: '{key}' is '{text}', which is not a positive number."),
    };
}
