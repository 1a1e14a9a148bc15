using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Planning;
using AgentFunctions.Runs;

namespace AgentFunctions.Agents;

/// <summary>What one child of a fan-out came to.</summary>
/// <param name="Index">Its item's place, from 0.</param>
/// <param name="Item">Its item.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Output">Its result.</param>
/// <param name="EndedAt">UTC.</param>
public sealed record ChildEnd(int Index, JsonNode? Item, string RunId, RunOutcome Outcome, JsonNode? Output, DateTimeOffset? EndedAt = null)
{
    /// <summary>The step's outcome: failed where a child failed and another try may help, or where failures are not tolerated.</summary>
    /// <param name="children">All children.</param>
    /// <param name="onFailure">What a failure of the step means.</param>
    public static StepOutcome Join(IReadOnlyList<ChildEnd> children, FailureMode onFailure)
    {
        var failed = children.Where(child => child.Outcome.Status != RunStatus.Completed).ToList();
        if (failed.Count == 0)
        {
            return new StepOutcome(StepStatus.Completed);
        }

        var reason = $"{failed.Count} of {children.Count} children failed; the first: {failed[0].Outcome.Reason ?? "no reason given"}";
        var tolerated = onFailure is FailureMode.Continue or FailureMode.ReplanThenContinue;
        return tolerated && failed.TrueForAll(child => child.IsPermanent)
            ? new StepOutcome(StepStatus.Completed, reason)
            : new StepOutcome(
                StepStatus.Failed,
                reason,
                Failure: failed.Find(child => !child.IsPermanent)?.Outcome.Failure,
                LoopStop: failed.Find(child => child.Outcome.LoopStop is not null)?.Outcome.LoopStop);
    }

    /// <summary>The child in the step's output.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["index"] = Index,
            ["item"] = Item?.DeepClone(),
            ["runId"] = RunId,
            ["status"] = JsonSerializer.SerializeToNode(Outcome.Status, AgentJson.Options),
        };
        if (Outcome.Status == RunStatus.Completed)
        {
            json["output"] = Output?.DeepClone();
            return json;
        }

        json["failure"] = new JsonObject
        {
            ["kind"] = JsonSerializer.SerializeToNode(Outcome.Failure, AgentJson.Options),
            ["reason"] = Outcome.Reason,
            ["permanent"] = IsPermanent,
        };
        return json;
    }

    private bool IsPermanent => Outcome.Failure is { } kind && !ToolFailureException.IsTransient(kind);
}
