using System.Text.Json.Nodes;
using AgentFunctions.Planning;
using AgentFunctions.Policies.Data;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Budgets;

/// <summary>
/// What a run has come to that expires before its end: <c>{"partial": true, "steps": [{"id", "status", "output"}]}</c>.
/// Each step that was completed has its output; a fan-out that was not has what its children came to, and an agent's loop what it said last.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="gate">What may leave of results.</param>
public sealed class PartialResults(IRunJournal journal, IBlobStore blobs, ResultGate gate)
{
    /// <summary>Stores the partial result and returns its content hash; <see langword="null"/> where nothing was done, or nothing of it may leave.</summary>
    /// <param name="run">The run.</param>
    /// <param name="tree">Its tree.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<string?> OfAsync(RunRecord run, IReadOnlyList<RunRecord> tree, CancellationToken cancellationToken)
    {
        var checkpoints = await journal.ReadCheckpointsAsync(run.RunId, cancellationToken);
        var steps = new JsonArray();
        foreach (var step in run.Steps)
        {
            if (await OutputAsync(run, step, tree, checkpoints, cancellationToken) is { } output)
            {
                steps.Add(new JsonObject { ["id"] = step.Step.Id, ["status"] = Words.Of(step.Status), ["output"] = output });
            }
        }

        if (steps.Count == 0)
        {
            return null;
        }

        var result = await blobs.PutJsonAsync(new JsonObject { ["partial"] = true, ["steps"] = steps }, cancellationToken);
        var leaving = await gate.CheckAsync(run, new RunOutcome(RunStatus.Expired, Reason: null, result, Failure: null), cancellationToken);
        return leaving.Outcome.ResultHash;
    }

    private async Task<JsonNode?> OutputAsync(
        RunRecord run, StepState step, IReadOnlyList<RunRecord> tree, IReadOnlyList<Checkpoint> checkpoints, CancellationToken cancellationToken)
    {
        if (step.OutputHash is { } hash)
        {
            return await blobs.GetNodeAsync(hash, cancellationToken);
        }

        if (step.Step.Kind == StepKind.FanOut)
        {
            return await ChildrenAsync(run, step, tree, cancellationToken);
        }

        // What the tools of an agent's loop have found, and what it has summed up before a pause.
        var kept = checkpoints.Where(checkpoint => checkpoint.StepId == step.Step.Id && checkpoint.Kind is "tool" or "wrapUp").ToList();
        var output = new JsonArray();
        foreach (var checkpoint in kept)
        {
            output.Add(new JsonObject
            {
                [checkpoint.Kind == "tool" ? "tool" : "wrapUp"] = checkpoint.Name,
                ["result"] = await blobs.GetNodeAsync(checkpoint.StateHash, cancellationToken),
            });
        }

        return output.Count == 0 ? null : output;
    }

    private async Task<JsonNode?> ChildrenAsync(
        RunRecord run, StepState step, IReadOnlyList<RunRecord> tree, CancellationToken cancellationToken)
    {
        var children = new JsonArray();
        foreach (var child in tree.Where(each => each.ParentRunId == run.RunId && each.ParentStepId == step.Step.Id))
        {
            var hash = child.ResultHash ?? (child.IsFinished ? null : await OfAsync(child, tree, cancellationToken));
            if (hash is not null)
            {
                children.Add(new JsonObject
                {
                    ["runId"] = child.RunId,
                    ["status"] = Words.Of(child.Status),
                    ["output"] = await blobs.GetNodeAsync(hash, cancellationToken),
                });
            }
        }

        return children.Count == 0 ? null : children;
    }
}
