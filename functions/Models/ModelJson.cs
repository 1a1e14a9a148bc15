using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentFunctions.Models;

/// <summary>JSON that a model wrote. Whatever is wrong with it shows here, and not later in a way that would have the model asked and paid again.</summary>
internal static class ModelJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The value.</summary>
    /// <param name="text">The JSON.</param>
    /// <exception cref="JsonException">It is malformed, has a field twice, or holds a text that is not Unicode.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            // Nodes read their texts late; writing them out reads them all.
            var json = JsonNode.Parse(text, documentOptions: Strict)?.ToJsonString(AgentJson.Options);
            return json is null ? null : JsonNode.Parse(json);
        }
        catch (InvalidOperationException error)
        {
            throw new JsonException("A text in it is not valid Unicode.", error);
        }
    }
}
