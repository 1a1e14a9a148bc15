using AgentFunctions.Yaml;

namespace AgentFunctions.Agents;

/// <summary>A definition as it was read, with the places of the names in it that must exist elsewhere.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Model">Where the model is named.</param>
/// <param name="Tools">Where each tool is named.</param>
/// <param name="Agents">Where each agent is named.</param>
/// <param name="Policy">Where the policy is named, if one is.</param>
/// <param name="Deployment">Where the model's deployment is named, if one is.</param>
internal sealed record ReadAgent(
    AgentDefinition Definition,
    YamlValue Model,
    IReadOnlyList<YamlValue> Tools,
    IReadOnlyList<YamlValue> Agents,
    YamlValue? Policy,
    YamlValue? Deployment);

/// <summary>Reads an agent's definition from YAML. Whether its model, tools and agents exist is not its business.</summary>
internal static class AgentDefinitionReader
{

    /// <summary>Reads a definition.</summary>
    /// <param name="document">The file's content.</param>
    /// <exception cref="DefinitionException">A field is missing, unknown, or wrong.</exception>
    public static ReadAgent Read(YamlValue document)
    {
        var agent = document.Object();
        var name = agent.Required("name");
        var model = agent.Required("model");
        var tools = Names(agent.Optional("tools"));
        var agents = Names(agent.Optional("agents"));
        var policy = agent.Optional("policy");
        var deployment = agent.Optional("deployment");
        var definition = new AgentDefinition
        {
            Name = name.Name(),
            Description = agent.Optional("description")?.Description() ?? "",
            Model = model.Text(),
            Deployment = deployment is null ? null : deployment.Name(),
            Mode = agent.Optional("mode")?.OneOf(("react", AgentMode.React), ("plan", AgentMode.Plan)) ?? AgentMode.React,
            Instructions = agent.Required("instructions").Text().TrimEnd(),
            Tools = [.. tools.Select(tool => tool.Text())],
            Agents = [.. agents.Select(each => each.Name())],
            Policy = policy is null ? null : policy.Name(),
            Limits = agent.Optional("limits") is { } limits ? Limits(limits) : new AgentLimits(),
            Approvals = agent.Optional("approvals") is { } approvals ? ApprovalTermsReader.Read(approvals, tools) : null,
            Budget = agent.Optional("budget") is { } budget ? AgentBudgetReader.Read(budget) : null,
            Output = agent.Optional("output") is { } output ? OutputSchemaReader.Read(output) : null,
        };
        agent.RefuseOthers();
        return new ReadAgent(definition, model, tools, agents, policy, deployment);
    }

    private static AgentLimits Limits(YamlValue value)
    {
        var limits = value.Object();
        var defaults = new AgentLimits();
        var read = new AgentLimits
        {
            MaxTurns = limits.Optional("maxTurns")?.Int(1, 1_000) ?? defaults.MaxTurns,
            MaxReplans = limits.Optional("maxReplans")?.Int(0, 100) ?? defaults.MaxReplans,
            MaxReplanUsd = limits.Optional("maxReplanUsd")?.Decimal(0m, 1_000_000m) ?? defaults.MaxReplanUsd,
            MaxChildren = limits.Optional("maxChildren")?.Int(1, 10_000) ?? defaults.MaxChildren,
            MaxParallelChildren = limits.Optional("maxParallelChildren")?.Int(1, 1_000) ?? defaults.MaxParallelChildren,
            MaxDepth = limits.Optional("maxDepth")?.Int(0, 16) ?? defaults.MaxDepth,
            MaxOutputTokens = limits.Optional("maxOutputTokens")?.Int(1, 1_000_000) ?? defaults.MaxOutputTokens,
            ReserveUsd = limits.Optional("reserveUsd")?.Decimal(0.000001m, 10_000m) ?? defaults.ReserveUsd,
            LoopGuard = limits.Optional("loopGuard") is { } guard ? LoopGuard(guard) : defaults.LoopGuard,
        };
        limits.RefuseOthers();
        return read;
    }

    private static LoopGuardLimits LoopGuard(YamlValue value)
    {
        var guard = value.Object();
        var defaults = new LoopGuardLimits();
        var read = new LoopGuardLimits
        {
            Repeats = guard.Optional("repeats")?.Int(2, 1_000) ?? defaults.Repeats,
            Rounds = guard.Optional("rounds")?.Int(2, 1_000) ?? defaults.Rounds,
            IdleTurns = guard.Optional("idleTurns")?.Int(2, 1_000) ?? defaults.IdleTurns,
            Polling = [.. Names(guard.Optional("polling")).Select(each => each.Name())],
        };
        guard.RefuseOthers();
        return read;
    }

    private static IReadOnlyList<YamlValue> Names(YamlValue? value)
    {
        var names = value?.List() ?? [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return names.FirstOrDefault(name => !seen.Add(name.Text())) is { } twice
            ? throw twice.Error($"'{twice.Text()}' is named twice.")
            : names;
    }
}
