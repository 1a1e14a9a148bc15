using System.Text.Json.Nodes;
using AgentFunctions.Models;
using AgentFunctions.Planning;
using AgentFunctions.Policies.Data;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Agents;

/// <summary>The beginning of a loop.</summary>
/// <param name="access">The runs.</param>
/// <param name="values">What a step's texts refer to.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="caller">Calls models.</param>
/// <param name="loopAgents">The definitions.</param>
/// <param name="prompts">Writes prompts.</param>
public sealed class LoopActivities(
    RunAccess access,
    StepValues values,
    IBlobStore blobs,
    ModelCaller caller,
    LoopAgents loopAgents,
    PromptData prompts)
{
    /// <summary>Writes the first messages: the agent's instructions, its goal and its input.</summary>
    /// <param name="step">The step.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(PrepareLoop))]
    public async Task<LoopStart> PrepareLoop([ActivityTrigger] StepAddress step, CancellationToken cancellationToken)
    {
        var key = LoopStart.Key(step.StepId);
        if (await access.RememberedAsync<LoopStart>(step.RunId, key, cancellationToken) is { } remembered)
        {
            return remembered;
        }

        var run = await access.GetActiveAsync(step.RunId, cancellationToken);
        var state = StepValues.Find(run, step.StepId);
        var (agent, agentHash) = await loopAgents.OfNewLoopAsync(run, state.Step, cancellationToken);
        if (agent.Mode != AgentMode.React)
        {
            throw new UnretryableException($"The agent '{agent.Name}' plans its work: spawn it by a fanOut.");
        }

        var (goal, input) = await values.GoalAndInputAsync(run, state, cancellationToken);
        var task = prompts.Json(agent, new JsonObject { ["goal"] = goal });
        var data = prompts.Block(agent, new JsonObject { ["input"] = input }, $"{run.RunId}/{step.StepId}/input");
        List<ChatMessage> messages =
        [
            new(ChatRole.System, $"{agent.Instructions}\n\n{UntrustedText.Rule}"),
            new(ChatRole.User, input is null ? task : $"{task}\n{data}"),
        ];
        var transcript = await Transcript.PutAsync(blobs, messages, cancellationToken);
        var estimate = caller.Estimate(agent, messages, caller.LoopOptions(agent));
        var start = new LoopStart(
            transcript,
            estimate,
            agent.Limits.MaxTurns,
            agent.Limits.LoopGuard,
            agentHash,
            agent.Budget?.TellModel ?? false,
            agent.Budget?.WrapUp ?? false);
        return await access.CommitAsync(
            new RunCommit
            {
                RunId = run.RunId,
                Key = key,
                Patch = new RunPatch
                {
                    StepChanges = [new StepChange(step.StepId, StepStatus.Running)],
                    AddUsage = RunUsage.OneStep,
                },
                Events =
                [
                    StepEvents.Started(state.Step, new JsonObject { ["agent"] = agent.Name, ["agentHash"] = agentHash }) with { InputHash = transcript },
                ],
            },
            start,
            cancellationToken);
    }
}
