using System.Text.Json.Nodes;
using AgentFunctions.Agents;

namespace AgentFunctions.Policies.Data;

/// <summary>Writes what models are sent: without what the policy keeps out of prompts, and with everything that is data marked as data.</summary>
/// <param name="policies">The policies.</param>
public sealed class PromptData(IPolicyCatalog policies)
{
    /// <summary>A text that tells the model what to do.</summary>
    /// <param name="agent">The agent that is told.</param>
    /// <param name="text">The text.</param>
    public string Text(AgentDefinition agent, string text) => Redactor(agent).Text(text);

    /// <summary>JSON that tells the model what to do.</summary>
    /// <param name="agent">The agent that is told.</param>
    /// <param name="value">The value.</param>
    public string Json(AgentDefinition agent, JsonNode? value) => Redactor(agent).Json(value)?.ToJsonString(AgentJson.Options) ?? "null";

    /// <summary>JSON from tools, documents or callers, marked as data.</summary>
    /// <param name="agent">The agent that sees it.</param>
    /// <param name="value">The value.</param>
    /// <param name="place">The run and the place in it.</param>
    public string Block(AgentDefinition agent, JsonNode? value, string place) => UntrustedText.Block(Json(agent, value), place);

    private Redactor Redactor(AgentDefinition agent) => DataPolicy.Redactor(DataTarget.Prompts, policies.Of(agent));
}
