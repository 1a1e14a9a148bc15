using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Audit;
using AgentFunctions.Files;
using AgentFunctions.Policies;
using AgentFunctions.Policies.Http;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Rollback;

/// <summary>Undoes what tools have done outside the thread's files.</summary>
/// <param name="access">The runs.</param>
/// <param name="history">What there is to undo.</param>
/// <param name="tools">The tools.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="files">The threads' files.</param>
/// <param name="running">Calls that are under way.</param>
/// <param name="loopAgents">The definitions.</param>
/// <param name="http">The HTTP clients of tools.</param>
public sealed class CompensationActivities(
    RunAccess access,
    IRunHistory history,
    IToolCatalog tools,
    IBlobStore blobs,
    ThreadFilesFactory files,
    RunningCalls running,
    LoopAgents loopAgents,
    HttpGuards http)
{
    /// <summary>Whether a call that is to be compensated is still under way; it ends at the latest when its tool's time is up.</summary>
    /// <param name="abandoned">What was abandoned.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(AreCallsOpen))]
    public async Task<bool> AreCallsOpen([ActivityTrigger] BranchAbandoned abandoned, CancellationToken cancellationToken) =>
        (await history.EffectsAsync(abandoned, cancellationToken)).Any(call => running.IsRunning(call.IdempotencyKey));

    /// <summary>The calls to be compensated, newest first.</summary>
    /// <param name="abandoned">What was abandoned.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(ListEffects))]
    public async Task<EffectCall[]> ListEffects([ActivityTrigger] BranchAbandoned abandoned, CancellationToken cancellationToken) =>
        [.. await history.EffectsAsync(abandoned, cancellationToken)];

    /// <summary>Compensates one call, once: its key is the call's, so that another rollback does not do it again.</summary>
    /// <param name="ask">The call.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    /// <exception cref="TransientFailureException">The attempt failed and another one may not; the attempt is on record.</exception>
    [Function(nameof(Compensate))]
    public async Task<CompensationEnd> Compensate([ActivityTrigger] CompensationAsk ask, CancellationToken cancellationToken)
    {
        var call = ask.Call;
        var key = call.Key + EffectCall.CompensatedEnding;
        if (await access.RememberedAsync<CompensationEnd>(call.RunId, key, cancellationToken) is { } remembered)
        {
            return remembered;
        }

        var run = await access.GetAsync(call.RunId, cancellationToken);
        var result = call.ResultHash is null ? null : await blobs.GetJsonAsync<ToolResult>(call.ResultHash, cancellationToken);
        if (result?.Failure is { } failure && !ToolFailureException.IsTransient(failure.Kind))
        {
            // It was refused before it could have an effect.
            return new CompensationEnd(Problem: null, WasNeeded: false);
        }

        var attempt = await access.NextAttemptAsync(call.RunId, key, cancellationToken);
        var denied = new ConcurrentQueue<PolicyDenial>();
        using var client = http.Create(await loopAgents.OfCallAsync(run, call.StepId, cancellationToken), denied.Enqueue);
        var context = new ToolContext(
            run.Tenant, run.ThreadId, run.RunId, call.StepId, $"{call.IdempotencyKey}/compensation", attempt, files.Open(run.ThreadId))
        {
            Http = client,
        };
        var arguments = await blobs.GetJsonAsync<JsonObject>(call.ArgumentsHash, cancellationToken);
        var undone = await tools.CompensateAsync(call.Tool, arguments, result?.Value, context, cancellationToken);
        var costUsd = context.ReportedUsd ?? 0m;
        await RecordAsync(denied, call, $"{key}#d{attempt}", cancellationToken);
        return undone.Failure is { } problem
            ? await FailedAsync(ask, key, attempt, problem, costUsd, cancellationToken)
            : await access.CommitAsync(
                new RunCommit
                {
                    RunId = call.RunId,
                    Key = key,
                    Events = [Event("tool.compensated", ask, attempt) with { CostUsd = costUsd }],
                    Patch = costUsd == 0m ? null : new RunPatch { AddUsage = RunUsage.None with { CostUsd = costUsd } },
                },
                new CompensationEnd(Problem: null, WasNeeded: true),
                cancellationToken);
    }

    private async Task RecordAsync(ConcurrentQueue<PolicyDenial> denied, EffectCall call, string key, CancellationToken cancellationToken)
    {
        if (!denied.IsEmpty)
        {
            await access.CommitAsync(
                new RunCommit
                {
                    RunId = call.RunId,
                    Key = key,
                    Events = [.. denied.Distinct().Select(denial => PolicyEvents.Of(denial, "tool", "runtime", call.StepId, call.Tool))],
                },
                call,
                cancellationToken);
        }
    }

    private async Task<CompensationEnd> FailedAsync(
        CompensationAsk ask, string key, int attempt, ToolFailure failure, decimal costUsd, CancellationToken cancellationToken)
    {
        var reason = $"{failure.Kind}: {failure.Message}";
        await access.RecordAttemptAsync(
            ask.Call.RunId, key, [Event("tool.compensation.failed", ask, attempt) with { Reason = reason, CostUsd = costUsd }], cancellationToken);
        return ToolFailureException.IsTransient(failure.Kind) && attempt % Activities.MaxAttempts != 0
            ? throw new TransientFailureException(reason)
            : new CompensationEnd($"The effect of '{ask.Call.Tool}' could not be undone: {reason}", WasNeeded: true);
    }

    private static AuditDraft Event(string type, CompensationAsk ask, int attempt) => new(type, AuditActor.Runtime)
    {
        StepId = ask.Call.StepId,
        InputHash = ask.Call.ArgumentsHash,
        Data = new JsonObject
        {
            ["tool"] = ask.Call.Tool,
            ["idempotencyKey"] = ask.Call.IdempotencyKey,
            ["checkpoint"] = ask.Abandoned.Checkpoint,
            ["attempt"] = attempt,
        },
    };
}
