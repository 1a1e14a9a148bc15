using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Local.Worker.DurableTask.Management;

/// <summary>An instance as the management routes show it.</summary>
internal static class InstanceJson
{
    public static JsonObject Of(OrchestrationMetadata instance, bool withInput) => new()
    {
        ["name"] = instance.Name,
        ["instanceId"] = instance.InstanceId,
        ["runtimeStatus"] = instance.RuntimeStatus.ToString(),
        ["input"] = withInput ? JsonText.Parse(instance.SerializedInput) : null,
        ["customStatus"] = JsonText.Parse(instance.SerializedCustomStatus),
        ["output"] = OutputOf(instance),
        ["createdTime"] = Time(instance.CreatedAt),
        ["lastUpdatedTime"] = Time(instance.LastUpdatedAt),
    };

    /// <summary>The instance's output; what it failed of when it has none.</summary>
    public static JsonNode? OutputOf(OrchestrationMetadata instance) =>
        instance.FailureDetails is { } failure ? failure.ToString() : JsonText.Parse(instance.SerializedOutput);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
