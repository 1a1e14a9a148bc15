using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Audit;
using AgentFunctions.Files;
using AgentFunctions.Leases;
using AgentFunctions.Memory;
using AgentFunctions.Policies;
using AgentFunctions.Policies.Http;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using AgentFunctions.Telemetry;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Tools;

/// <summary>A tool call to be made.</summary>
/// <param name="Run">The run.</param>
/// <param name="Agent">Whose call it is; only its tools may be called.</param>
/// <param name="StepId">The step.</param>
/// <param name="Key">The key of the call in its run.</param>
/// <param name="Tool">The tool's name.</param>
/// <param name="Arguments">The arguments.</param>
public sealed record ToolRequest(RunRecord Run, AgentDefinition Agent, string StepId, string Key, string Tool, JsonObject Arguments)
{
    /// <summary>What asked for the call, where it is not the step itself.</summary>
    public IReadOnlyList<AuditCause> CausedBy { get; init; } = [];

    /// <summary>What a human has decided on the call, where one was asked.</summary>
    public CallDecision? Decision { get; init; }

    /// <summary>The model's id of the call; <see langword="null"/> where no model has asked for it.</summary>
    public string? CallId { get; init; }

    /// <summary>The lease under which it is made, where its tool needs one.</summary>
    public CallLease? Lease { get; init; }

    /// <summary>The call's idempotency key. On another branch the same call is another one: what the first has done was undone.</summary>
    public string IdempotencyKey => $"{RunInstances.Of(Run)}/{Key}";
}

/// <summary>How a call ended, ready to be committed.</summary>
/// <param name="Result">The result.</param>
/// <param name="ResultHash">Its content hash.</param>
/// <param name="Commit">The event, the usage and the checkpoint of the call.</param>
/// <param name="SpentUsd">What all its attempts have cost, USD.</param>
public sealed record ToolEnd(ToolResult Result, string ResultHash, RunCommit Commit, decimal SpentUsd);

/// <summary>Makes one attempt at a tool call. The durable retry policy makes the next one where that may help.</summary>
/// <param name="tools">The tools.</param>
/// <param name="access">The runs.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="files">The threads' files.</param>
/// <param name="gate">The policies.</param>
/// <param name="http">The HTTP clients of tools.</param>
/// <param name="memory">Shared memory.</param>
/// <param name="memories">Its rows.</param>
/// <param name="spans">The spans of calls.</param>
public sealed class ToolRunner(
    IToolCatalog tools,
    RunAccess access,
    IBlobStore blobs,
    ThreadFilesFactory files,
    PolicyGate gate,
    HttpGuards http,
    SharedMemory memory,
    IMemoryStore memories,
    ToolSpans spans)
{
    /// <summary>Makes the attempt.</summary>
    /// <param name="request">The call.</param>
    /// <param name="durable">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="TransientFailureException">The attempt failed and another one may not; the attempt is on record.</exception>
    public async Task<ToolEnd> RunAsync(ToolRequest request, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var (attempt, spentUsd) = await access.AttemptsAsync(request.Run.RunId, request.Key, cancellationToken);
        var inputHash = await blobs.PutJsonAsync(request.Arguments, cancellationToken);
        var denials = new ConcurrentQueue<PolicyDenial>();
        var remembered = new CallMemory(
            new MemoryCaller(
                request.Run.ThreadId,
                new FileWriter(request.Run.RunId, request.Run.Branch),
                $"{request.Run.RunId}/{request.Key}",
                request.IdempotencyKey),
            memory,
            memories,
            durable,
            (change, outcome) => RecordAsync(request, change, outcome, cancellationToken));
        var refused = request.Decision is { IsMade: false } decision ? decision.Text : null;
        var denial = refused is null ? gate.CheckCall(request.Agent, request.Tool, request.Arguments) : null;
        var (result, costUsd) = (refused ?? denial?.Message) is { } message
            ? (ToolResult.Failed(ToolFailureKind.Denied, message), 0m)
            : await InvokeAsync(request, inputHash, attempt, denials.Enqueue, remembered, cancellationToken);
        IReadOnlyList<PolicyDenial> denied = denial is null ? [.. denials] : [denial];
        if (result.Failure is { } failure)
        {
            if (ToolFailureException.IsTransient(failure.Kind) && !failure.IsFinal && attempt < Activities.MaxAttempts)
            {
                await access.RecordAttemptAsync(
                    request.Run.RunId,
                    request.Key,
                    [.. Denials(request, denied), Event("tool.attempt.failed", request, result, inputHash, attempt) with { CostUsd = costUsd }],
                    cancellationToken);
                throw new TransientFailureException($"{failure.Kind}: {failure.Message}");
            }

            result = ToolResult.Failed(failure.Kind, failure.Message, attempt);
        }

        result = request.Decision?.ArgsHash is null ? result : result with { EditedArguments = request.Arguments };
        var resultHash = await blobs.PutJsonAsync(result, cancellationToken);
        return new ToolEnd(result, resultHash, new RunCommit
        {
            RunId = request.Run.RunId,
            Key = request.Key,
            Events =
            [
                .. Denials(request, denied),
                Event("tool.call", request, result, inputHash, attempt) with
                {
                    OutputHash = resultHash,
                    CostUsd = costUsd,
                    Policy = result.Failure?.Kind == ToolFailureKind.Denied && denied.Count > 0 ? denied[^1].Policy : gate.PolicyOf(request.Agent),
                },
            ],
            Patch = new RunPatch
            {
                AddUsage = RunUsage.None with { CostUsd = costUsd, ToolCalls = 1, FailedToolCalls = result.Failure is null ? 0 : 1 },
            },
            Checkpoint = new CheckpointDraft(request.StepId, "tool", request.Tool, resultHash),
        },
        spentUsd + costUsd);
    }

    /// <summary>Under a key of its own, so that it is on record once, whatever becomes of the call and its attempts.</summary>
    private Task RecordAsync(ToolRequest request, MemoryChange change, MemoryOutcome outcome, CancellationToken cancellationToken) =>
        access.CommitAsync(
            new RunCommit
            {
                RunId = request.Run.RunId,
                Key = $"{request.Key}/memory/{change.ChangeId}",
                Events = [MemoryEvents.Changed(change, outcome, request.Agent.Name, request.StepId) with { CausedBy = request.CausedBy }],
            },
            outcome,
            cancellationToken);

    private Task RecordAsync(ToolRequest request, CallLease lease, CancellationToken cancellationToken) => access.CommitAsync(
        new RunCommit
        {
            RunId = request.Run.RunId,
            Key = string.Create(CultureInfo.InvariantCulture, $"{request.Key}/lease/{lease.Grant!.Token}"),
            Events =
            [
                new AuditDraft("lease.acquired", AuditActor.Agent(request.Agent.Name))
                {
                    StepId = request.StepId,
                    CausedBy = request.CausedBy,
                    Data = new JsonObject { ["tool"] = request.Tool, ["resource"] = lease.Need.Resource, ["fencingToken"] = lease.Grant.Token },
                },
            ],
        },
        lease,
        cancellationToken);

    /// <summary>Also what a tool was denied and passed over.</summary>
    private static IEnumerable<AuditDraft> Denials(ToolRequest request, IEnumerable<PolicyDenial> denied) =>
        denied.Distinct().Select(denial => PolicyEvents.Of(denial, "tool", request.Agent.Name, request.StepId, request.Tool) with
        {
            CausedBy = request.CausedBy,
        });

    /// <summary>The attempt with what it costs: what the tool says, else what it declares, if the attempt has succeeded.</summary>
    private async Task<(ToolResult Result, decimal CostUsd)> InvokeAsync(
        ToolRequest request,
        string inputHash,
        int attempt,
        Action<PolicyDenial> denied,
        IThreadMemory remembered,
        CancellationToken cancellationToken)
    {
        if (request.Lease is { Grant: null } vain)
        {
            var problem = string.Create(CultureInfo.InvariantCulture, $"Others have used '{vain.Need.Resource}' for {vain.Need.Waits.TotalSeconds} s.");
            var busy = ToolResult.Failed(ToolFailureKind.Unavailable, problem, attempt);
            return (busy with { Failure = busy.Failure! with { IsFinal = true } }, 0m);
        }

        if (request.Lease is { } lease)
        {
            await RecordAsync(request, lease, cancellationToken);
        }

        if (tools.IsCompensated(request.Tool))
        {
            await access.NoteEffectAsync(
                new EffectCall(request.Run.RunId, request.StepId, request.Key, request.Tool, inputHash, request.IdempotencyKey),
                cancellationToken);
        }

        // Once more, right before the call: its run may have been ended or rolled back while it was prepared.
        await access.GetActiveAsync(request.Run.RunId, cancellationToken);
        using var client = http.Create(request.Agent, denied);
        var context = Context(request, attempt, client, remembered);
        using var span = spans.Begin(request, attempt);
        var result = await tools.InvokeAsync(request.Tool, request.Arguments, context, cancellationToken);
        var costUsd = context.ReportedUsd ?? (result.Failure is null ? tools.CostUsd(request.Tool) : 0m);
        spans.End(span, result, costUsd);
        return (result, costUsd);
    }

    private AuditDraft Event(string type, ToolRequest request, ToolResult result, string inputHash, int attempt) =>
        new(type, AuditActor.Agent(request.Agent.Name))
        {
            StepId = request.StepId,
            InputHash = inputHash,
            CausedBy = request.CausedBy,
            Policy = gate.PolicyOf(request.Agent),
            Reason = result.Failure is { } failure ? $"{failure.Kind}: {failure.Message}" : null,
            Data = new JsonObject
            {
                ["tool"] = request.Tool,
                ["status"] = result.Failure is null ? "ok" : "failed",
                ["failure"] = result.Failure is { } failed ? Words.Of(failed.Kind) : null,
                ["attempt"] = attempt,
                ["idempotencyKey"] = request.IdempotencyKey,
            },
        };

    private ToolContext Context(ToolRequest request, int attempt, HttpClient client, IThreadMemory remembered) => new(
        request.Run.Tenant,
        request.Run.ThreadId,
        request.Run.RunId,
        request.StepId,
        request.IdempotencyKey,
        attempt,
        files.Open(request.Run.ThreadId, writer: new FileWriter(request.Run.RunId, request.Run.Branch)))
    {
        Http = client,
        Memory = remembered,
        FencingToken = request.Lease?.Grant?.Token,
    };
}
