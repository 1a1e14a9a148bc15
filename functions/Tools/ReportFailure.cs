using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tools;

/// <summary>The runtime's own tool: the agent says that it cannot reach its goal, instead of inventing an answer.</summary>
public static class ReportFailure
{
    /// <summary>The tool's name.</summary>
    public const string Name = "report_failure";

    /// <summary>What the model sees of it.</summary>
    public static AIFunctionDeclaration Declaration { get; } = AIFunctionFactory.CreateDeclaration(
        Name,
        "Ends the work as failed. Call it when the goal cannot be reached, for example because a tool failed; never invent a result.",
        Schema("""{"type":"object","properties":{"reason":{"type":"string","description":"Why the goal cannot be reached."}},"required":["reason"]}"""));

    /// <summary>The reason that a call of it gives.</summary>
    /// <param name="call">The call.</param>
    public static string Reason(FunctionCallContent call) =>
        call.Arguments?.TryGetValue("reason", out var reason) == true && reason?.ToString() is { Length: > 0 } text
            ? text
            : "The agent gave up without a reason.";

    private static JsonElement Schema(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
