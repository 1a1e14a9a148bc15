using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Models;
using AgentFunctions.Models.Deployments;
using AgentFunctions.Policies;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Audit;

/// <summary>What a run found when it started: agents, tools, models and policies. With it a log can be replayed where none of them is.</summary>
/// <param name="Agents">The agents.</param>
/// <param name="Tools">The tools.</param>
/// <param name="Models">The models with their prices.</param>
/// <param name="Policies">The policies.</param>
/// <param name="DefaultPolicy">The name of the policy of agents that name none.</param>
public sealed record RunCatalog(
    IReadOnlyList<AgentSnapshot> Agents,
    IReadOnlyList<DeclaredTool> Tools,
    IReadOnlyList<ModelDefinition> Models,
    IReadOnlyList<DeclaredPolicy> Policies,
    string DefaultPolicy)
{
    /// <summary>The deployments of the models.</summary>
    public IReadOnlyList<ModelDeployment> Deployments { get; init; } = [];
}

/// <summary>A policy as it was declared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hash">The hash by which events name it.</param>
/// <param name="Declared">What was declared.</param>
public sealed record DeclaredPolicy(string Name, string Hash, JsonObject Declared);

/// <summary>What models and planners see of a tool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="Schema">JSON schema of its arguments.</param>
/// <param name="IsCompensated">Whether a rollback can take its effect back.</param>
/// <param name="CostUsd">What it declares that a call costs, USD; see <see cref="ToolCostAttribute"/>.</param>
public sealed record DeclaredTool(string Name, string Description, JsonNode? Schema, bool IsCompensated, decimal CostUsd = 0m)
{
    /// <summary>The declaration of a tool.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="tools">The tools.</param>
    public static DeclaredTool Of(AIFunction tool, IToolCatalog tools) =>
        new(tool.Name, tool.Description, JsonNode.Parse(tool.JsonSchema.GetRawText()), tools.IsCompensated(tool.Name), tools.CostUsd(tool.Name));
}

/// <summary>Keeps catalogues by content hash: the same one is kept once, however many runs start with it.</summary>
/// <param name="agents">The agents.</param>
/// <param name="tools">The tools.</param>
/// <param name="models">The models.</param>
/// <param name="policies">The policies.</param>
/// <param name="blobs">The payloads.</param>
public sealed class RunCatalogs(IAgentCatalog agents, IToolCatalog tools, IModelCatalog models, IPolicyCatalog policies, IBlobStore blobs)
{
    private volatile Kept? last;

    /// <summary>The content hash of the catalogue as it is now.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<string> KeepAsync(CancellationToken cancellationToken)
    {
        // All but the agents stays as it is while the process lives.
        var listed = await agents.ListAsync(cancellationToken);
        var key = string.Concat(listed.Select(agent => agent.Hash));
        if (last is { } known && known.Key == key)
        {
            return known.Hash;
        }

        var catalog = new RunCatalog(
            [.. listed.Select(agent => agent with { Source = Path.GetFileName(agent.Source) })],
            [.. tools.List().Select(tool => DeclaredTool.Of(tool, tools))],
            models.List(),
            [.. policies.List().Select(policy => new DeclaredPolicy(policy.Name, policy.Hash, policy.Declared))],
            policies.Default.Name)
        {
            Deployments = [.. models.List().SelectMany(model => models.Deployments(model.Name))],
        };
        var kept = new Kept(key, await blobs.PutJsonAsync(catalog, cancellationToken));
        last = kept;
        return kept.Hash;
    }

    private sealed record Kept(string Key, string Hash);
}
