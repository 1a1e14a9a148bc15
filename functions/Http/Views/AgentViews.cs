using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Policies;

namespace AgentFunctions.Http.Views;

/// <summary>Agents by name.</summary>
/// <param name="Agents">The agents.</param>
public sealed record AgentList(IReadOnlyList<AgentView> Agents);

/// <summary>An agent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Model">Its model.</param>
/// <param name="Mode">How it works.</param>
/// <param name="Tools">The tools that it may call.</param>
/// <param name="Agents">The agents that it may spawn.</param>
/// <param name="Policy">The policy that holds for it; the default policy where it names none.</param>
/// <param name="Limits">Bounds of one run.</param>
/// <param name="Output">JSON schema of its final answer.</param>
/// <param name="Hash">Hash of the definition.</param>
/// <param name="Source">The file that it came from, or <c>api</c>.</param>
public sealed record AgentView(
    string Name,
    string Description,
    string Model,
    AgentMode Mode,
    IReadOnlyList<string> Tools,
    IReadOnlyList<string> Agents,
    string Policy,
    AgentLimits Limits,
    JsonObject? Output,
    string Hash,
    string Source)
{
    internal static AgentView Of(AgentSnapshot agent, IPolicyCatalog policies)
    {
        var definition = agent.Definition;
        return new AgentView(
            definition.Name,
            definition.Description,
            definition.Model,
            definition.Mode,
            definition.Tools,
            definition.Agents,
            definition.Policy ?? policies.Default.Name,
            definition.Limits,
            definition.Output,
            agent.Hash,
            Path.GetFileName(agent.Source));
    }
}
