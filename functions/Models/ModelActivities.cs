using AgentFunctions.Agents;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Planning;
using AgentFunctions.Policies.Data;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Models;

/// <summary>The model's turn in an agent's loop.</summary>
/// <param name="access">The runs.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="caller">Calls models.</param>
/// <param name="loopAgents">The definitions.</param>
/// <param name="prompts">Writes prompts.</param>
/// <param name="late">Spending after the end.</param>
/// <param name="tools">The tools, which may declare what a call costs.</param>
public sealed class ModelActivities(
    RunAccess access, IBlobStore blobs, ModelCaller caller, LoopAgents loopAgents, PromptData prompts, LateSpending late, IToolCatalog tools)
{
    /// <summary>Begins the id of a message that a human has added when the run was rolled back.</summary>
    internal const string InstructionPrefix = "instruction-";

    /// <summary>Calls the model once. An answer that ends the step is committed together with the step's end.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(CallModel))]
    public async Task<ModelTurnEnd> CallModel(
        [ActivityTrigger] ModelTurn turn, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var key = ModelTurn.Key(turn.StepId, turn.Turn, turn.WrapUp);
        try
        {
            var end = await access.RememberedAsync<ModelTurnEnd>(turn.RunId, key, cancellationToken)
                ?? await (turn.WrapUp == 0 ? CallAsync(turn, key, cancellationToken) : WrapUpAsync(turn, key, cancellationToken));
            await late.ReportAsync(turn.RunId, client, cancellationToken);
            return end;
        }
        catch (RetryLaterException later)
        {
            return ModelTurnEnd.Later(turn.TranscriptHash, later);
        }
    }

    private async Task<ModelTurnEnd> CallAsync(ModelTurn turn, string key, CancellationToken cancellationToken)
    {
        var run = await access.GetActiveAsync(turn.RunId, cancellationToken);
        var agent = await loopAgents.OfLoopAsync(run, turn.StepId, cancellationToken);
        var messages = await MessagesAsync(turn, agent, cancellationToken);
        Instruct(messages, run, turn.StepId);
        var options = caller.LoopOptions(agent);
        IReadOnlyList<ChatMessage> prompt = turn.Left is { } left ? [.. messages, BudgetNote.Of(left)] : [.. messages];
        var before = await Transcript.PutAsync(blobs, prompt, cancellationToken);
        var request = new ModelRequest(key, ModelCaller.Acting, prompt, options) { SizedTo = turn.MaxOutputTokens, Place = turn.Place };
        var reply = await caller.CallAsync(run, agent, request, cancellationToken);
        var isCut = reply.IsCut;
        messages.AddRange(isCut ? [new ChatMessage(ChatRole.Assistant, reply.Response.Text)] : reply.Response.Messages);
        var calls = isCut ? [] : Transcript.PendingCalls(messages);
        var answer = isCut ? AgentAnswer.CutOff(reply.SizedTo!.Value) : AgentAnswer.Read(agent, calls, reply.Response.Text);
        if (answer.Problem is { } problem)
        {
            messages.Add(new ChatMessage(ChatRole.User, problem));
        }

        var after = await Transcript.PutAsync(blobs, messages, cancellationToken);
        var ended = await OutcomeAsync(answer, turn.LastFailure, cancellationToken);
        var isToBeAccepted = ended?.Status == StepStatus.Completed && run.NeedsAnswerApproval(agent);
        var outcome = isToBeAccepted ? null : ended;
        var end = new ModelTurnEnd(
            after,
            Amounts.Of(reply.Usage),
            caller.EstimateNext(agent, messages, reply.Usage),
            answer.Calls,
            calls.Count == 0 ? null : Transcript.Hash(calls),
            calls.Count > 0 && calls.All(call => agent.Limits.LoopGuard.Polling.Contains(call.Name, StringComparer.Ordinal)),
            outcome,
            IsCut: isCut)
        {
            AnswerHash = isToBeAccepted ? ended!.OutputHash : null,
            CallsUsd = answer.Calls == 0 ? 0m : calls.Sum(call => tools.CostUsd(call.Name)),
        };
        var called = reply.Event with { StepId = turn.StepId, InputHash = before, OutputHash = after };
        return await access.CommitAsync(Commit(turn, key, agent, called, reply.Usage, outcome), end, cancellationToken);
    }

    /// <summary>The model sums up. Its words are kept as a checkpoint; the conversation goes on as if they had not been asked for.</summary>
    private async Task<ModelTurnEnd> WrapUpAsync(ModelTurn turn, string key, CancellationToken cancellationToken)
    {
        var run = await access.GetActiveAsync(turn.RunId, cancellationToken);
        var agent = await loopAgents.OfLoopAsync(run, turn.StepId, cancellationToken);
        var prompt = WrapUps.Messages(await MessagesAsync(turn, agent, cancellationToken));
        var before = await Transcript.PutAsync(blobs, prompt, cancellationToken);
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.Text };
        var request = new ModelRequest(key, ModelCaller.WrappingUp, prompt, options) { SizedTo = turn.MaxOutputTokens, Place = turn.Place };
        var reply = await caller.CallAsync(run, agent, request, cancellationToken);
        var summary = await blobs.PutJsonAsync(reply.Response.Text, cancellationToken);
        var end = new ModelTurnEnd(
            turn.TranscriptHash, Amounts.Of(reply.Usage), CallEstimate.None, Calls: 0, CallsHash: null, IsPolling: false, Outcome: null);
        return await access.CommitAsync(
            new RunCommit
            {
                RunId = turn.RunId,
                Key = key,
                Events = [reply.Event with { StepId = turn.StepId, InputHash = before, OutputHash = summary }],
                Patch = new RunPatch { AddUsage = reply.Usage },
                Checkpoint = new CheckpointDraft(turn.StepId, "wrapUp", agent.Name, summary),
            },
            end,
            cancellationToken);
    }

    private static RunCommit Commit(
        ModelTurn turn, string key, AgentDefinition agent, AuditDraft called, RunUsage usage, StepOutcome? outcome)
    {
        var commit = new RunCommit { RunId = turn.RunId, Key = key, Events = [called], Patch = new RunPatch { AddUsage = usage } };
        return outcome is null ? commit : commit with
        {
            Events = [called, StepEvents.Ended(turn.StepId, AuditActor.Agent(agent.Name), outcome) with { Policy = called.Policy }],
            Patch = new RunPatch
            {
                AddUsage = usage,
                StepChanges = [StepChange.Of(turn.StepId, outcome)],
            },
            Checkpoint = new CheckpointDraft(turn.StepId, "step", agent.Name, outcome.OutputHash ?? called.OutputHash),
        };
    }

    /// <summary>What a human has said on a rollback is said once, at the first turn that follows. An agent that plans tells its planner instead.</summary>
    private static void Instruct(List<ChatMessage> messages, RunRecord run, string stepId)
    {
        if (run.Instruction is not { } instruction || stepId != RunActivities.OnlyStepId || run.PlanHash is not null)
        {
            return;
        }

        var id = FormattableString.Invariant($"{InstructionPrefix}{instruction.Branch}");
        if (!messages.Exists(message => message.MessageId == id))
        {
            messages.Add(new ChatMessage(ChatRole.User, instruction.Text) { MessageId = id });
        }
    }

    /// <summary>The messages before the turn, with the results of the calls that the turn before asked for, as data.</summary>
    private async Task<List<ChatMessage>> MessagesAsync(ModelTurn turn, AgentDefinition agent, CancellationToken cancellationToken)
    {
        var messages = await Transcript.GetAsync(blobs, turn.TranscriptHash, cancellationToken);
        if (turn.Results.Count > 0)
        {
            var contents = new List<AIContent>();
            foreach (var (index, result) in turn.Results.Index())
            {
                var json = await blobs.GetNodeAsync(result.ResultHash, cancellationToken);
                var place = $"{turn.RunId}/{ToolCall.KeyOf(turn.StepId, turn.Turn - 1, index)}";
                contents.Add(new FunctionResultContent(result.CallId, prompts.Block(agent, json, place)));
            }

            messages.Add(new ChatMessage(ChatRole.Tool, contents));
        }

        foreach (var told in turn.Results.Select(result => result.ToldHash).Append(turn.ToldHash).OfType<string>())
        {
            messages.Add(new ChatMessage(ChatRole.User, await blobs.GetJsonAsync<string>(told, cancellationToken)));
        }

        return messages;
    }

    private async Task<StepOutcome?> OutcomeAsync(AgentAnswer answer, ToolFailureKind? lastFailure, CancellationToken cancellationToken) =>
        answer switch
        {
            { Failure: { } reason } => StepOutcome.Failed(reason, lastFailure),
            { IsFinal: true } => new StepOutcome(
                StepStatus.Completed, OutputHash: await blobs.PutJsonAsync(answer.Output, cancellationToken)),
            _ => null,
        };
}
