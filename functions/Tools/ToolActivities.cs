using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Leases;
using AgentFunctions.Models;
using AgentFunctions.Planning;
using AgentFunctions.Policies.Data;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tools;

/// <summary>Tool calls: those that a model asks for, and those that are steps of a plan.</summary>
/// <param name="access">The runs.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="runner">Makes the calls.</param>
/// <param name="values">What a step's arguments refer to.</param>
/// <param name="loopAgents">The definitions.</param>
/// <param name="caller">Prices results as input of the next turn.</param>
/// <param name="prompts">Writes prompts.</param>
/// <param name="approvals">Which calls wait for a human.</param>
/// <param name="running">Calls that are under way.</param>
/// <param name="tools">The tools, which may declare what a call costs.</param>
/// <param name="late">Spending after the end.</param>
/// <param name="exclusive">The leases of calls.</param>
public sealed class ToolActivities(
    RunAccess access,
    IBlobStore blobs,
    ToolRunner runner,
    StepValues values,
    LoopAgents loopAgents,
    ModelCaller caller,
    PromptData prompts,
    ToolApprovals approvals,
    RunningCalls running,
    IToolCatalog tools,
    LateSpending late,
    ExclusiveCalls exclusive)
{
    /// <summary>Makes a call that the model asked for.</summary>
    /// <param name="call">The call.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(CallTool))]
    public Task<ToolCallEnd> CallTool([ActivityTrigger] ToolCall call, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        ToldAsync(
            call.RunId,
            call.Lease,
            async () => await access.RememberedAsync<ToolCallEnd>(call.RunId, call.Key(), cancellationToken) ?? await CallAsync(call, client, cancellationToken),
            client,
            cancellationToken);

    /// <summary>Makes the call of a tool step. Its output is the tool's value.</summary>
    /// <param name="step">The step.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(RunToolStep))]
    public Task<ToolStepEnd> RunToolStep([ActivityTrigger] ToolStep step, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        ToldAsync(
            step.RunId,
            step.Lease,
            async () => await access.RememberedAsync<ToolStepEnd>(step.RunId, ToolStep.Key(step.StepId), cancellationToken) ?? await RunAsync(step, client, cancellationToken),
            client,
            cancellationToken);

    /// <summary>A call, or an attempt at one, that ends after its run was ended still counts, and nobody else is left to tell.</summary>
    private async Task<T> ToldAsync<T>(
        string runId, CallLease? lease, Func<Task<T>> call, DurableTaskClient client, CancellationToken cancellationToken)
    {
        try
        {
            var end = await call();
            await late.ReportAsync(runId, client, cancellationToken);
            return end;
        }
        catch (TransientFailureException)
        {
            await late.ReportAsync(runId, client, cancellationToken);
            throw;
        }
        finally
        {
            await exclusive.ReleaseLateAsync(runId, lease, client, cancellationToken);
        }
    }

    private async Task<ToolCallEnd> CallAsync(ToolCall call, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var key = call.Key();
        var run = await access.GetActiveAsync(call.RunId, cancellationToken);
        var agent = await loopAgents.OfLoopAsync(run, call.StepId, cancellationToken);
        var messages = await Transcript.GetAsync(blobs, call.TranscriptHash, cancellationToken);
        var asked = Transcript.PendingCalls(messages)[call.Index];
        var request = new ToolRequest(run, agent, call.StepId, key, asked.Name, Arguments(asked))
        {
            CausedBy = [new AuditCause(ModelTurn.Key(call.StepId, call.Turn))],
            CallId = asked.CallId,
        };
        if (call.IsDecided)
        {
            var (decision, edited) = await approvals.DecisionAsync(run.RunId, key, cancellationToken);
            request = request with
            {
                Decision = decision,
                Arguments = edited ?? request.Arguments,
                CausedBy = [new AuditCause(ApprovalAsk.AnsweredKeyOfCall(key))],
            };
        }
        else if (await approvals.QuestionAsync(request, ofStep: null, cancellationToken) is { } question)
        {
            return ToolCallEnd.Question(asked.CallId, question, tools.CostUsd(request.Tool));
        }

        if (await exclusive.NeedAsync(request, call.Lease, client, cancellationToken) is { } need)
        {
            return ToolCallEnd.Leased(asked.CallId, need);
        }

        using var tracked = running.Track(request.IdempotencyKey);
        var end = await runner.RunAsync(request with { Lease = call.Lease }, client, cancellationToken);
        var shown = prompts.Block(agent, JsonSerializer.SerializeToNode(end.Result, AgentJson.Options), $"{run.RunId}/{key}");
        var cost = caller.PromptCost(agent, shown);
        var told = request.Decision is { Type: ApprovalAnswerType.Response, Text: { } text } ? await blobs.PutJsonAsync(text, cancellationToken) : null;
        return await access.CommitAsync(
            end.Commit,
            new ToolCallEnd(asked.CallId, end.ResultHash, cost, end.Result.Failure?.Kind) { ToldHash = told, SpentUsd = end.SpentUsd },
            cancellationToken);
    }

    private async Task<ToolStepEnd> RunAsync(ToolStep step, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var key = ToolStep.Key(step.StepId);
        var run = await access.GetActiveAsync(step.RunId, cancellationToken);
        var planned = StepValues.Find(run, step.StepId).Step;
        await access.BeginStepAsync(run.RunId, planned, new JsonObject { ["tool"] = planned.Tool }, cancellationToken);
        var request = new ToolRequest(
            run,
            await access.AgentAsync(run, cancellationToken),
            step.StepId,
            key,
            planned.Tool!,
            await values.ArgumentsAsync(run, step.StepId, cancellationToken));
        if (!step.IsDecided && await approvals.QuestionAsync(request, planned.Approval, cancellationToken) is { } question)
        {
            return new ToolStepEnd(Outcome: null, question);
        }

        if (await exclusive.NeedAsync(request, step.Lease, client, cancellationToken) is { } need)
        {
            return new ToolStepEnd(Outcome: null) { Lease = need };
        }

        using var tracked = running.Track(request.IdempotencyKey);
        var end = await runner.RunAsync(request with { Lease = step.Lease }, client, cancellationToken);
        var outcome = end.Result.Failure is { } failure
            ? StepOutcome.Failed($"{failure.Kind}: {failure.Message}", failure.Kind)
            : new StepOutcome(StepStatus.Completed, OutputHash: await blobs.PutJsonAsync(end.Result.Value, cancellationToken));
        var commit = end.Commit with
        {
            Events = [.. end.Commit.Events, StepEvents.Ended(step.StepId, AuditActor.Runtime, outcome)],
            Patch = end.Commit.Patch! with
            {
                StepChanges = [StepChange.Of(step.StepId, outcome)],
            },
        };
        return await access.CommitAsync(commit, new ToolStepEnd(outcome) { SpentUsd = end.SpentUsd }, cancellationToken);
    }

    /// <summary>A model's arguments as JSON; what is no JSON object reaches the tool's schema check as it is.</summary>
    private static JsonObject Arguments(FunctionCallContent call) =>
        JsonSerializer.SerializeToNode(call.Arguments ?? new Dictionary<string, object?>(), AgentJson.Options) as JsonObject ?? [];
}
