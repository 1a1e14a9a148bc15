using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Local.Worker.DurableTask;

/// <summary>An instance as the management routes show it.</summary>
internal static class InstanceJson
{
    public static JsonObject Of(OrchestrationMetadata instance, bool withInput) => new()
    {
        ["name"] = instance.Name,
        ["instanceId"] = instance.InstanceId,
        ["runtimeStatus"] = instance.RuntimeStatus.ToString(),
        ["input"] = withInput ? Parsed(instance.SerializedInput) : null,
        ["customStatus"] = Parsed(instance.SerializedCustomStatus),
        ["output"] = instance.FailureDetails is { } failure ? failure.ToString() : Parsed(instance.SerializedOutput),
        ["createdTime"] = Time(instance.CreatedAt),
        ["lastUpdatedTime"] = Time(instance.LastUpdatedAt),
    };

    private static JsonNode? Parsed(string? data)
    {
        try
        {
            return data is null ? null : JsonNode.Parse(data);
        }
        catch (JsonException)
        {
            // An app may serialize its data as something else than JSON; then it is shown as text.
            return data;
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
