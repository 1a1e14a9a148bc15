using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Models;
using AgentFunctions.Tools;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Agents;

/// <summary>What the runtime makes of a model's answer.</summary>
/// <param name="Calls">How many tool calls it asks for; then the loop goes on.</param>
/// <param name="Failure">Why the agent gives up, if it does.</param>
/// <param name="IsFinal">Whether <paramref name="Output"/> is the answer to the goal.</param>
/// <param name="Output">The answer; may be JSON null.</param>
/// <param name="Problem">What the model is told about an answer that cannot be used.</param>
public sealed record AgentAnswer(int Calls, string? Failure, bool IsFinal, JsonNode? Output, string? Problem)
{
    /// <summary>Reads an answer.</summary>
    /// <param name="agent">Its agent, whose output schema counts.</param>
    /// <param name="calls">The tool calls in it.</param>
    /// <param name="text">Its text.</param>
    public static AgentAnswer Read(AgentDefinition agent, IReadOnlyList<FunctionCallContent> calls, string text)
    {
        if (calls.FirstOrDefault(call => call.Name == ReportFailure.Name) is { } givenUp)
        {
            return new(Calls: 0, ReportFailure.Reason(givenUp), IsFinal: false, Output: null, Problem: null);
        }

        if (calls.Count > 0)
        {
            return new(calls.Count, Failure: null, IsFinal: false, Output: null, Problem: null);
        }

        return agent.Output is null ? Final(JsonValue.Create(text)) : Structured(agent.Output, text);
    }

    /// <summary>An answer that the budget had no room for. It was paid for and stays in the conversation, but nothing is made of a part.</summary>
    /// <param name="tokens">How long it could be.</param>
    public static AgentAnswer CutOff(int tokens) => Unusable(FormattableString.Invariant(
        $"Your answer was cut off: the budget had room for {tokens} tokens only. Answer again, in full."));

    /// <summary>The JSON of an answer that may be fenced as Markdown code.</summary>
    /// <param name="text">The text.</param>
    public static string Unfenced(string text)
    {
        var trimmed = text.Trim();
        if (!trimmed.StartsWith("```", StringComparison.Ordinal) || !trimmed.EndsWith("```", StringComparison.Ordinal))
        {
            return trimmed;
        }

        var start = trimmed.IndexOf('\n', StringComparison.Ordinal);
        return start < 0 || start > trimmed.Length - 3 ? trimmed : trimmed[start..^3].Trim();
    }

    private static AgentAnswer Structured(JsonObject schema, string text)
    {
        JsonNode? output;
        try
        {
            output = ModelJson.Parse(Unfenced(text));
        }
        catch (JsonException error)
        {
            return Unusable($"Your answer is not JSON: {error.Message}");
        }

        var problems = ValueSchema.Read(schema.ToJsonString()).Validate(output);
        return problems.Count == 0 ? Final(output) : Unusable($"Your answer does not fit the schema: {string.Join(" ", problems)}");
    }

    private static AgentAnswer Final(JsonNode? output) => new(Calls: 0, Failure: null, IsFinal: true, output, Problem: null);

    private static AgentAnswer Unusable(string problem) => new(Calls: 0, Failure: null, IsFinal: false, Output: null, problem);
}
