using System.Text.Json.Nodes;
using AgentFunctions.Queue;
using Infra.Tests.Bicep;

namespace Infra.Tests.Host;

/// <summary>host.json, by the keys that the host and its extensions know.</summary>
public sealed class HostJsonTests(Deployments deployments)
{
    private static readonly JsonNode Host = JsonNode.Parse(File.ReadAllText(Repository.PathOf("functions/host.json")))!;

    /// <summary>Names of sections and their keys: the host.json references of Functions 4, Durable Functions 3 and Service Bus 5.</summary>
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        [""] = ["version", "functionTimeout", "extensions", "logging", "telemetryMode", "concurrency", "healthMonitor"],
        ["extensions"] = ["http", "durableTask", "serviceBus"],
        ["extensions.http"] = ["routePrefix", "maxOutstandingRequests", "maxConcurrentRequests", "dynamicThrottlesEnabled", "customHeaders", "hsts"],
        ["extensions.durableTask"] =
        [
            "hubName", "defaultVersion", "versionMatchStrategy", "versionFailureStrategy", "storageProvider", "tracing", "notifications",
            "maxConcurrentActivityFunctions", "maxConcurrentOrchestratorFunctions", "maxConcurrentEntityFunctions", "extendedSessionsEnabled",
            "extendedSessionIdleTimeoutInSeconds", "maxOrchestrationActions", "maxEntityOperationBatchSize", "useGracefulShutdown",
        ],
        ["extensions.durableTask.storageProvider"] = ["type", "connectionStringName"],
        ["extensions.durableTask.tracing"] = ["distributedTracingEnabled", "version", "traceInputsAndOutputs", "traceReplayEvents"],
        ["extensions.serviceBus"] =
        [
            "clientRetryOptions", "prefetchCount", "autoCompleteMessages", "maxAutoLockRenewalDuration", "maxConcurrentCalls",
            "maxConcurrentSessions", "maxConcurrentCallsPerSession", "maxMessageBatchSize", "minMessageBatchSize", "maxBatchWaitTime", "sessionIdleTimeout",
        ],
        ["extensions.serviceBus.clientRetryOptions"] = ["mode", "tryTimeout", "delay", "maxDelay", "maxRetries"],
        ["logging"] = ["logLevel", "applicationInsights", "console", "fileLoggingMode"],
        ["logging.applicationInsights"] = ["samplingSettings", "enableLiveMetrics", "enableDependencyTracking", "httpAutoCollectionOptions"],
        ["logging.applicationInsights.samplingSettings"] =
        [
            "isEnabled", "maxTelemetryItemsPerSecond", "excludedTypes", "includedTypes", "evaluationInterval", "initialSamplingPercentage",
            "minSamplingPercentage", "maxSamplingPercentage", "movingAverageRatio",
        ],
    };

    [Fact]
    public void Every_key_is_one_that_the_host_or_an_extension_knows() => Assert.Empty(Unknown("", Host.AsObject()));

    [Fact]
    public void The_Durable_Task_Scheduler_keeps_the_orchestrations_by_a_connection_that_the_template_sets()
    {
        var storage = Host["extensions"]!["durableTask"]!["storageProvider"]!;

        Assert.Equal("azureManaged", storage["type"]!.GetValue<string>());
        var connection = deployments.Default.AppSettings[storage["connectionStringName"]!.GetValue<string>()];
        Assert.Contains("Authentication=ManagedIdentity;ClientID=", connection, StringComparison.Ordinal);
    }

    [Fact]
    public void Durable_traces_are_those_of_OpenTelemetry_without_payloads()
    {
        var tracing = Host["extensions"]!["durableTask"]!["tracing"]!;

        Assert.True(tracing["distributedTracingEnabled"]!.GetValue<bool>());
        Assert.Equal("V2", tracing["version"]!.GetValue<string>());
        Assert.False(tracing["traceInputsAndOutputs"]!.GetValue<bool>());
    }

    [Fact]
    public void Concurrency_and_extended_sessions_are_said()
    {
        var durable = Host["extensions"]!["durableTask"]!;

        Assert.All(
            (string[])["maxConcurrentActivityFunctions", "maxConcurrentOrchestratorFunctions", "maxConcurrentEntityFunctions"],
            name => Assert.InRange(durable[name]!.GetValue<int>(), 1, 1_000));
        Assert.True(durable["extendedSessionsEnabled"]!.GetValue<bool>());
    }

    [Fact]
    public void A_message_is_not_prefetched_into_an_instance_that_is_busy_and_its_lock_outlives_its_admission()
    {
        var bus = Host["extensions"]!["serviceBus"]!;

        Assert.Equal(0, bus["prefetchCount"]!.GetValue<int>());
        Assert.InRange(bus["maxConcurrentCalls"]!.GetValue<int>(), 1, 64);
        Assert.InRange(bus["maxConcurrentSessions"]!.GetValue<int>(), 1, 64);
        Assert.True(Span(bus["maxAutoLockRenewalDuration"]!) >= TimeSpan.FromMinutes(5));

        // Nobody renews the lock of a batch.
        var queue = deployments.Default.One("Microsoft.ServiceBus/namespaces/queues");
        Assert.True(AdmitRun.LongestTakeUp * 2 < System.Xml.XmlConvert.ToTimeSpan(queue["lockDuration"]!.GetValue<string>()));
        Assert.InRange(bus["maxMessageBatchSize"]!.GetValue<int>(), 16, 100);
        Assert.InRange(Span(bus["sessionIdleTimeout"]!), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));
    }

    /// <summary>In this mode the host knows no sampling. It is the one in which the host leaves the app's telemetry to the app.</summary>
    [Fact]
    public void The_host_exports_by_OpenTelemetry_as_the_app_does() => Assert.Equal("OpenTelemetry", Host["telemetryMode"]!.GetValue<string>());

    [Fact]
    public void Were_it_otherwise_sampling_would_spare_what_audits_rest_on()
    {
        var excluded = Host["logging"]!["applicationInsights"]!["samplingSettings"]!["excludedTypes"]!.GetValue<string>().Split(';');

        Assert.All((string[])["Event", "Exception", "Request", "Dependency"], type => Assert.Contains(type, excluded));
    }

    [Fact]
    public void A_function_has_the_time_of_the_plan_which_is_more_than_a_model_or_a_tool_has()
    {
        var timeout = Span(Host["functionTimeout"]!);

        Assert.InRange(timeout, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30));
        Assert.All(
            (string[])["Models__TimeoutSeconds", "Tools__TimeoutSeconds", "Tools__Http__TimeoutSeconds", "Webhooks__TimeoutSeconds"],
            name => Assert.True(TimeSpan.FromSeconds(int.Parse(deployments.Default.AppSettings[name], System.Globalization.CultureInfo.InvariantCulture)) < timeout));
    }

    [Fact]
    public void The_API_is_under_api() => Assert.Equal("api", Host["extensions"]!["http"]!["routePrefix"]!.GetValue<string>());

    private static IEnumerable<string> Unknown(string path, JsonObject section) => !Known.TryGetValue(path, out var names)
        ? []
        : section.SelectMany(each => names.Contains(each.Key)
            ? each.Value is JsonObject inner ? Unknown(path.Length == 0 ? each.Key : $"{path}.{each.Key}", inner) : []
            : [$"{path}.{each.Key}"]);

    private static TimeSpan Span(JsonNode value) => TimeSpan.Parse(value.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);
}
