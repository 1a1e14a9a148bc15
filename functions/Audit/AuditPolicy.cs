using AgentFunctions.Agents;

namespace AgentFunctions.Audit;

/// <summary>The rules under which something was decided.</summary>
/// <param name="Name">The policy's name; <c>agent:NAME</c> where the agent's own definition says what it may do.</param>
/// <param name="Hash">Content hash of the rules as they were then.</param>
/// <param name="Rule">The rule that decided, where one did.</param>
public sealed record AuditPolicy(string Name, string Hash, string? Rule = null)
{
    /// <summary>The rules that an agent's definition makes: its tools, agents and limits. Their name is <c>agent:NAME</c>.</summary>
    /// <param name="agent">The definition.</param>
    /// <param name="rule">The rule that decided, where one did.</param>
    public static AuditPolicy Of(AgentDefinition agent, string? rule = null) => new($"agent:{agent.Name}", DefinitionHash.Of(agent), rule);
}
