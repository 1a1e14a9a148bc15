using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tools;

/// <summary>The tools that agents can be allowed to call.</summary>
public interface IToolCatalog
{
    /// <summary>The tool of that name, or <see langword="null"/>.</summary>
    /// <param name="name">The tool's name.</param>
    AIFunction? Find(string name);

    /// <summary>All tools, ordered by name.</summary>
    IReadOnlyList<AIFunction> List();

    /// <summary>What one call of the tool costs, USD, as it declares by <see cref="ToolCostAttribute"/>; 0 where it declares nothing.</summary>
    /// <param name="name">The tool's name.</param>
    decimal CostUsd(string name);

    /// <summary>What is wrong with the arguments by the tool's JSON schema; empty where nothing is.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">The arguments.</param>
    IReadOnlyList<string> Validate(string name, JsonObject arguments);

    /// <summary>
    /// Makes one attempt at a call: validates the arguments, applies the timeout, and turns every outcome into a result.
    /// </summary>
    /// <param name="name">The tool's name. An unknown one is a failure of kind <see cref="ToolFailureKind.NotFound"/>.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="context">Where the call stands.</param>
    /// <param name="cancellationToken">Ends the call; then, and only then, this throws.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<ToolResult> InvokeAsync(string name, JsonObject arguments, ToolContext context, CancellationToken cancellationToken);

    /// <summary>Whether the tool declares how its effect is undone: see <see cref="CompensatedByAttribute"/>.</summary>
    /// <param name="name">The tool's name.</param>
    bool IsCompensated(string name);

    /// <summary>What the tool declares to use alone: see <see cref="ExclusiveUseAttribute"/>; <see langword="null"/> where it declares nothing.</summary>
    /// <param name="name">The tool's name.</param>
    ExclusiveUseAttribute? Exclusive(string name) => Find(name)?.UnderlyingMethod?.GetCustomAttribute<ExclusiveUseAttribute>();

    /// <summary>Makes one attempt at undoing a call, under the tool's timeout.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">The arguments of the call.</param>
    /// <param name="result">What the call returned; <see langword="null"/> where nobody knows how it has ended.</param>
    /// <param name="context">Where the compensation stands.</param>
    /// <param name="cancellationToken">Ends the call; then, and only then, this throws.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<ToolResult> CompensateAsync(
        string name, JsonObject arguments, JsonNode? result, ToolContext context, CancellationToken cancellationToken);
}

/// <summary>The two words that a tool call can end with.</summary>
public enum ToolStatus
{
    /// <summary>It returned a value.</summary>
    Ok,

    /// <summary>It failed; nothing may be assumed of its value.</summary>
    Failed,
}

/// <summary>How a tool call ended.</summary>
/// <param name="Status">Whether it has a value or a failure.</param>
/// <param name="Value">The value where it is <see cref="ToolStatus.Ok"/>.</param>
/// <param name="Failure">The failure where it is <see cref="ToolStatus.Failed"/>.</param>
public sealed record ToolResult(ToolStatus Status, JsonNode? Value, ToolFailure? Failure)
{
    /// <summary>The arguments that a human put in place of those that were asked for; the agent is told.</summary>
    public JsonObject? EditedArguments { get; init; }

    /// <summary>A result with a value.</summary>
    /// <param name="value">The value; may be JSON null.</param>
    public static ToolResult Ok(JsonNode? value) => new(ToolStatus.Ok, value, Failure: null);

    /// <summary>A failure.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">One sentence for the model and the operator.</param>
    /// <param name="attempts">How often it was tried.</param>
    public static ToolResult Failed(ToolFailureKind kind, string message, int attempts = 1) =>
        new(ToolStatus.Failed, Value: null, new ToolFailure(kind, message, attempts));
}

/// <summary>Why a tool call failed.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Message">One sentence for the model and the operator.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record ToolFailure(ToolFailureKind Kind, string Message, int Attempts)
{
    /// <summary>Whether another attempt at once is of no use although the kind is transient: the tool's circuit is open.</summary>
    [JsonIgnore]
    public bool IsFinal { get; init; }
}
