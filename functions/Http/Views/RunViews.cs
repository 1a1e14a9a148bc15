using System.Text.Json.Nodes;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Http.Views;

/// <summary>Puts together what a run's status shows.</summary>
public sealed class RunViews(IRunStore runs, IRunJournal journal, IBlobStore blobs, IWaitingList waiting, HostIdentity host, TimeProvider time)
{
    /// <summary>The view of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<RunView> OfAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var tree = RunTree.Below(run.RunId, await runs.ListTreeAsync(run.RootRunId, cancellationToken));
        var newest = tree.Count == 0 ? run : tree[0];
        
        // What an abandoned branch has spawned is in the tree's usage and audit log, but is no child of the run as it is now.
        var children = tree.Where(each => each.ParentRunId == run.RunId && each.Branch >= newest.Branch).ToList();
        var checkpoints = await CheckpointsAsync(tree, run.RootRunId, cancellationToken);
        return new RunView
        {
            RunId = newest.RunId,
            ThreadId = newest.ThreadId,
            Tenant = newest.Tenant,
            Agent = newest.Agent,
            AgentHash = newest.AgentHash,
            Goal = newest.Goal,
            Status = newest.Status,
            Reason = newest.Reason,
            ParentRunId = newest.ParentRunId,
            RootRunId = newest.RootRunId,
            Depth = newest.Depth,
            BudgetUsd = newest.Limits.Usd,
            Limits = newest.Limits,
            Shortage = newest.Shortage,
            Priority = newest.Priority,
            AdmittedAt = newest.AdmittedAt,
            Queue = await PlaceAsync(newest, cancellationToken),
            Deadline = newest.Deadline,
            CreatedAt = newest.CreatedAt,
            UpdatedAt = newest.UpdatedAt,
            CompletedAt = newest.CompletedAt,
            Branch = newest.Branch,
            RollingBackTo = newest.RollingBackTo,
            Steps = [.. newest.Steps.Select(step => StepOf(step, children))],
            Children = ChildrenOf(children),
            Replans = newest.Replans,
            Usage = tree.Aggregate(RunUsage.None, (sum, each) => sum + each.Usage),
            OwnUsage = newest.Usage,
            StepsExecuted = checkpoints.Where(count => count.Host == host.Id).Sum(count => count.Count),
            StepsReplayed = checkpoints.Where(count => count.Host != host.Id).Sum(count => count.Count),
            Result = await ResultAsync(newest, cancellationToken),
            RestsOnFailedSteps = [.. PlanHistory.RestsOn(newest.Steps).Select(step => new FailedStep(step.Step.Id, step.Reason))],
        };
    }

    private async Task<IReadOnlyList<CheckpointCount>> CheckpointsAsync(
        IReadOnlyList<RunRecord> tree, string rootRunId, CancellationToken cancellationToken)
    {
        var inside = tree.Select(run => run.RunId).ToHashSet(StringComparer.Ordinal);
        var all = await journal.CountCheckpointsAsync(rootRunId, cancellationToken);
        return [.. all.Where(count => inside.Contains(count.RunId))];
    }

    private async Task<QueuePlaceView?> PlaceAsync(RunRecord run, CancellationToken cancellationToken) =>
        !run.IsFinished && run.ParentRunId is null && await waiting.FindAsync(run.RunId, cancellationToken) is { } place
            ? new QueuePlaceView(place.Position, Math.Round((time.GetUtcNow() - place.Run.Since).TotalSeconds, 3), place.Run.GoesOn)
            : null;

    private async Task<JsonNode?> ResultAsync(RunRecord run, CancellationToken cancellationToken) =>
        run.ResultHash is { } hash && await blobs.GetAsync(hash, cancellationToken) is { } json ? JsonNode.Parse(json) : null;

    private static StepView StepOf(StepState state, List<RunRecord> children)
    {
        var step = state.Step;
        var spawned = step.Kind == StepKind.FanOut ? ByStatus(children.Where(child => child.ParentStepId == step.Id)) : null;
        return new StepView(
            step.Id, step.Kind, state.Status, state.Reason, step.DependsOn, step.Tool, step.Agent, step.Description, state.Generation, spawned);
    }

    private static ChildrenView ChildrenOf(List<RunRecord> children) => new(
        children.Count,
        children.Count(child => child.IsFinished),
        ByStatus(children),
        [
            .. children.Select(child => new ChildView(
                child.RunId, child.ParentStepId, child.Agent, child.Status, child.Reason, child.Usage.CostUsd)),
        ]);

    private static Dictionary<string, int> ByStatus(IEnumerable<RunRecord> runs) => runs
        .GroupBy(run => run.Status)
        .ToDictionary(group => Words.Of(group.Key), group => group.Count(), StringComparer.Ordinal);
}
