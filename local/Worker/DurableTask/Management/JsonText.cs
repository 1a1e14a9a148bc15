using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentFunctions.Local.Worker.DurableTask.Management;

internal static class JsonText
{
    /// <summary>Serialized data as JSON. An app may serialize its data as something else; then it is shown as text.</summary>
    public static JsonNode? Parse(string? data)
    {
        try
        {
            return data is null ? null : JsonNode.Parse(data);
        }
        catch (JsonException)
        {
            return data;
        }
    }
}
