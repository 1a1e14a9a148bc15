using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Agents;

/// <summary>Which definition a step or a child run works by.</summary>
/// <param name="access">The runs.</param>
/// <param name="agents">The agents as they are now.</param>
/// <param name="kept">Definitions that runs keep.</param>
public sealed class LoopAgents(RunAccess access, IAgentCatalog agents, IAgentStore kept)
{
    /// <summary>The agent that an agent step begins with: the named one as it is now, or the run's own.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The definition and its hash.</returns>
    /// <exception cref="UnretryableException">There is no such agent any more.</exception>
    public async Task<(AgentDefinition Definition, string Hash)> OfNewLoopAsync(
        RunRecord run, PlanStep step, CancellationToken cancellationToken)
    {
        if (step.Agent is null || step.Agent == run.Agent)
        {
            return (await access.AgentAsync(run, cancellationToken), run.AgentHash);
        }

        var agent = await KeepAsync(step.Agent, cancellationToken);
        return (agent.Definition, agent.Hash);
    }

    /// <summary>The agent that a step's loop began with, whatever has become of that name since.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UnretryableException">The loop has not begun.</exception>
    public async Task<AgentDefinition> OfLoopAsync(RunRecord run, string stepId, CancellationToken cancellationToken) =>
        await access.RememberedAsync<LoopStart>(run.RunId, LoopStart.Key(stepId), cancellationToken) is { } start
            ? await agents.GetByHashAsync(start.AgentHash, cancellationToken)
            : throw new UnretryableException($"The loop of the step '{stepId}' of the run '{run.RunId}' has not begun.");

    /// <summary>The agent whose call it is that a step has made: that of its loop, or the run's own.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<AgentDefinition> OfCallAsync(RunRecord run, string stepId, CancellationToken cancellationToken) =>
        await access.RememberedAsync<LoopStart>(run.RunId, LoopStart.Key(stepId), cancellationToken) is { } start
            ? await agents.GetByHashAsync(start.AgentHash, cancellationToken)
            : await access.AgentAsync(run, cancellationToken);

    /// <summary>The agent of that name, kept for runs that start with it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UnretryableException">There is no such agent any more.</exception>
    public async Task<AgentSnapshot> KeepAsync(string name, CancellationToken cancellationToken)
    {
        var agent = await agents.FindAsync(name, cancellationToken) ?? throw new UnretryableException($"There is no agent '{name}'.");
        await kept.KeepAsync(agent, cancellationToken);
        return agent;
    }
}
