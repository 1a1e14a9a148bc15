using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Planning;
using AgentFunctions.Policies;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Agents;

/// <summary>What spawning came to.</summary>
/// <param name="RunIds">The children, in the items' order.</param>
/// <param name="Denied">How the step ended, where spawning was denied; then there are no children.</param>
public sealed record ChildrenSpawned(IReadOnlyList<string> RunIds, StepOutcome? Denied = null)
{
    /// <summary>What each child wants to hold of the budget at a time.</summary>
    public Amounts Portion { get; init; } = Amounts.None;
}

/// <summary>Joins the children of a fan-out.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StepId">The step.</param>
/// <param name="OnFailure">What a failure of the step means.</param>
public sealed record JoinRequest(string RunId, string StepId, FailureMode OnFailure);

/// <summary>The children of a fan-out: their records before they run, and what they came to.</summary>
/// <param name="access">The runs.</param>
/// <param name="runs">The runs' records.</param>
/// <param name="values">What a step's texts refer to.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="loopAgents">The definitions.</param>
/// <param name="gate">The policies.</param>
/// <param name="time">The clock.</param>
public sealed class SpawnActivities(
    RunAccess access, IRunStore runs, StepValues values, IBlobStore blobs, LoopAgents loopAgents, PolicyGate gate, TimeProvider time)
{
    /// <summary>Creates one run for each item, unless a policy denies it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(SpawnChildren))]
    public async Task<ChildrenSpawned> SpawnChildren([ActivityTrigger] StepAddress step, CancellationToken cancellationToken)
    {
        var key = $"{step.StepId}/spawn";
        if (await access.RememberedAsync<ChildrenSpawned>(step.RunId, key, cancellationToken) is { } remembered)
        {
            return remembered;
        }

        var run = await access.GetActiveAsync(step.RunId, cancellationToken);
        var (planned, resolver, listed) = await values.FanOutAsync(run, step.StepId, cancellationToken);
        var agent = await loopAgents.KeepAsync(planned.Agent!, cancellationToken);
        var items = listed as JsonArray ?? throw new UnretryableException("The items of a fan-out must be an array.");
        var spawner = await access.AgentAsync(run, cancellationToken);
        try
        {
            await gate.RequireSpawnAsync(run, spawner, step.StepId, items.Count, cancellationToken);
        }
        catch (SpawnDeniedException denied)
        {
            return await DenyAsync(run, step.StepId, key, denied, cancellationToken);
        }

        // All of them before the first is created: a reference that points at nothing leaves no children behind that nobody runs.
        var tasks = items
            .Select(item => (
                Goal: resolver.Text(planned.Goal!, item),
                PromptGoal: resolver.PromptText(planned.Goal!, $"{run.RunId}/{step.StepId}/goal", item),
                Input: planned.Input is null ? item?.DeepClone() : resolver.Value(planned.Input, item)))
            .ToList();
        // On record before its children are: it is what leads to them.
        await access.BeginStepAsync(run.RunId, planned, new JsonObject { ["agent"] = agent.Definition.Name }, cancellationToken);
        var children = new List<string>();
        foreach (var (goal, promptGoal, input) in tasks)
        {
            var inputHash = await blobs.PutJsonAsync(input, cancellationToken);
            var child = Child(run, planned, agent, children.Count, goal, inputHash) with
            {
                PromptGoal = promptGoal == goal ? null : promptGoal,
            };
            await runs.CreateAsync(child, Created(child, run), cancellationToken);
            children.Add(child.RunId);
        }

        return await access.CommitAsync(
            new RunCommit
            {
                RunId = run.RunId,
                Key = key,
                Events =
                [
                    new AuditDraft("children.spawned", AuditActor.Runtime)
                    {
                        StepId = step.StepId,
                        Policy = gate.PolicyOf(spawner),
                        Data = new JsonObject { ["agent"] = agent.Definition.Name, ["children"] = children.Count },
                    },
                ],
            },
            new ChildrenSpawned(children) { Portion = RunBudgetTerms.Portion(agent.Definition.Limits) },
            cancellationToken);
    }

    /// <summary>The branch on which a child goes on that has not ended; <see langword="null"/> where it has.</summary>
    /// <param name="child">The child.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(FindNextBranch))]
    public async Task<int?> FindNextBranch([ActivityTrigger] RunInput child, CancellationToken cancellationToken) =>
        await access.GetAsync(child.RunId, cancellationToken) is { IsFinished: false, Branch: var branch } ? branch : null;

    /// <summary>Puts what the children came to into one list, in the items' order.</summary>
    /// <param name="request">The step.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(JoinChildren))]
    public async Task<StepOutcome> JoinChildren([ActivityTrigger] JoinRequest request, CancellationToken cancellationToken)
    {
        var key = $"{request.StepId}/join";
        if (await access.RememberedAsync<StepOutcome>(request.RunId, key, cancellationToken) is { } remembered)
        {
            return remembered;
        }

        var run = await access.GetActiveAsync(request.RunId, cancellationToken);
        var spawned = (await access.RememberedAsync<ChildrenSpawned>(run.RunId, $"{request.StepId}/spawn", cancellationToken))?.RunIds ?? [];
        var items = (await values.FanOutAsync(run, request.StepId, cancellationToken)).Items as JsonArray ?? [];
        var children = new List<ChildEnd>();
        for (var index = 0; index < spawned.Count; index++)
        {
            children.Add(await ChildEndAsync(index, items[index], spawned[index], cancellationToken));
        }

        var outputHash = await blobs.PutJsonAsync(children.Select(child => child.ToJson()), cancellationToken);
        var outcome = ChildEnd.Join(children, request.OnFailure) with { OutputHash = outputHash };
        return await access.CommitAsync(
            new RunCommit
            {
                RunId = run.RunId,
                Key = key,
                Patch = new RunPatch { StepChanges = [StepChange.Of(request.StepId, outcome)] },
                Events =
                [
                    new AuditDraft("children.joined", AuditActor.Runtime)
                    {
                        CausedBy = LastOf(children),
                        StepId = request.StepId,
                        OutputHash = outputHash,
                        Data = new JsonObject
                        {
                            ["children"] = children.Count,
                            ["failed"] = children.Count(child => child.Outcome.Status != RunStatus.Completed),
                        },
                    },
                    StepEvents.Ended(request.StepId, AuditActor.Runtime, outcome),
                ],
                Checkpoint = new CheckpointDraft(request.StepId, "step", "children", outputHash),
            },
            outcome,
            cancellationToken);
    }

    private async Task<ChildrenSpawned> DenyAsync(
        RunRecord run, string stepId, string key, SpawnDeniedException denied, CancellationToken cancellationToken)
    {
        var outcome = StepOutcome.Failed($"{ToolFailureKind.Denied}: {denied.Message}", ToolFailureKind.Denied);
        return await access.CommitAsync(
            new RunCommit
            {
                RunId = run.RunId,
                Key = key,
                Patch = new RunPatch { StepChanges = [StepChange.Of(stepId, outcome)] },
                Events = [PolicyEvents.Of(denied.Denial, "spawn", denied.Agent, stepId), StepEvents.Ended(stepId, AuditActor.Runtime, outcome)],
            },
            new ChildrenSpawned([], outcome),
            cancellationToken);
    }

    private static AuditDraft Created(RunRecord child, RunRecord parent) => new("run.created", AuditActor.Runtime)
    {
        InputHash = child.InputHash,
        CausedBy = [new AuditCause(RunAccess.StartKey(child.ParentStepId!), parent.RunId)],
        Data = new JsonObject
        {
            ["agent"] = child.Agent,
            ["agentHash"] = child.AgentHash,
            ["parentRunId"] = parent.RunId,
            ["parentStepId"] = child.ParentStepId,
        },
    };

    /// <summary>The child that ended last is what the others waited for.</summary>
    private static IReadOnlyList<AuditCause> LastOf(IReadOnlyList<ChildEnd> children) =>
        children.MaxBy(child => child.EndedAt) is { } last ? [AuditCause.Run(last.RunId)] : [];

    /// <summary>A child's id tells its parent, its step's place and its item; it stays short also far down the tree.</summary>
    private static string ChildId(RunRecord run, string stepId, int index)
    {
        const int RoomForDescendants = 48;
        var place = run.Steps.Select(step => step.Step.Id).ToList().LastIndexOf(stepId);
        var branch = run.Branch == 0 ? "" : FormattableString.Invariant($"b{run.Branch}");
        var id = FormattableString.Invariant($"{run.RunId}-{branch}s{place}c{index + 1:d3}");
        return id.Length <= RoomForDescendants ? id : Identifiers.Derive("sub", id);
    }

    private RunRecord Child(RunRecord run, PlanStep step, AgentSnapshot agent, int index, string goal, string inputHash) => new()
    {
        RunId = ChildId(run, step.Id, index),
        ThreadId = run.ThreadId,
        Tenant = run.Tenant,
        Agent = agent.Definition.Name,
        AgentHash = agent.Hash,
        Goal = goal,
        InputHash = inputHash,
        ParentRunId = run.RunId,
        TraceParent = RunTrace.Of(run).TraceParent,
        Priority = run.Priority,
        ParentStepId = step.Id,
        RootRunId = run.RootRunId,
        Depth = run.Depth + 1,
        Branch = run.Branch,
        RequestHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{agent.Hash}\n{inputHash}\n{goal}"))),
        Deadline = null,
        Limits = agent.Definition.Budget?.Limits ?? BudgetLimits.None,
        CreatedAt = time.GetUtcNow(),
        UpdatedAt = time.GetUtcNow(),
    };

    private async Task<ChildEnd> ChildEndAsync(int index, JsonNode? item, string runId, CancellationToken cancellationToken)
    {
        var child = await access.GetAsync(runId, cancellationToken);
        var outcome = await access.RememberedAsync<RunOutcome>(runId, RunActivities.FinishKey, cancellationToken)
            ?? new RunOutcome(child.IsFinished ? child.Status : RunStatus.Failed, child.Reason ?? "The child ended without a result.", child.ResultHash, Failure: null);
        return new ChildEnd(index, item, runId, outcome, await blobs.GetNodeAsync(outcome.ResultHash, cancellationToken), child.CompletedAt);
    }
}
