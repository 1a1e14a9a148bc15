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
    /// <summary>The agent of an agent step: the named one, or the run's own.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UnretryableException">There is no such agent any more.</exception>
    public async Task<AgentDefinition> OfStepAsync(RunRecord run, PlanStep step, CancellationToken cancellationToken) =>
        step.Agent is null || step.Agent == run.Agent
            ? await access.AgentAsync(run, cancellationToken)
            : (await KeepAsync(step.Agent, cancellationToken)).Definition;

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
