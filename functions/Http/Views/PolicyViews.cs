using System.Text.Json.Nodes;
using AgentFunctions.Policies;

namespace AgentFunctions.Http.Views;

/// <summary>Policies by name.</summary>
/// <param name="Policies">The policies.</param>
public sealed record PolicyList(IReadOnlyList<PolicyView> Policies);

/// <summary>A policy.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="IsDefault">Whether it holds for agents that name none.</param>
/// <param name="Agents">The agents that it holds for now, by name.</param>
/// <param name="Rules">It as it was declared.</param>
/// <param name="Hash">Content hash of it; audit events carry it.</param>
/// <param name="Source">The file that it came from.</param>
public sealed record PolicyView(
    string Name, string Description, bool IsDefault, IReadOnlyList<string> Agents, JsonObject Rules, string Hash, string Source)
{
    internal static PolicyView Of(PolicySnapshot policy, bool isDefault, IReadOnlyList<string> agents) => new(
        policy.Name,
        policy.Policy.Description,
        isDefault,
        agents,
        policy.Declared.DeepClone().AsObject(),
        policy.Hash,
        Path.GetFileName(policy.Source));
}
