using AgentFunctions.Agents;

namespace AgentFunctions.Policies;

/// <summary>The policies that hold for a run by the hash of its agent's definition.</summary>
/// <param name="policies">The policies.</param>
/// <param name="agents">The agents.</param>
public sealed class RunPolicies(IPolicyCatalog policies, IAgentCatalog agents)
{
    /// <summary>The agent's policy; where the definition or the policy is gone, all policies, so that nothing gets through by that.</summary>
    /// <param name="agentHash">The hash that the run keeps.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<PolicySnapshot>> OfAsync(string agentHash, CancellationToken cancellationToken)
    {
        try
        {
            var agent = await agents.GetByHashAsync(agentHash, cancellationToken);
            return agent.Policy is not null && policies.Find(agent.Policy) is null ? policies.List() : [policies.Of(agent)];
        }
        catch (KeyNotFoundException)
        {
            return policies.List();
        }
    }
}
