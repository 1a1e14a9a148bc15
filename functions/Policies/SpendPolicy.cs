using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Approvals;
using AgentFunctions.Audit;

namespace AgentFunctions.Policies;

/// <summary>Bounds what one call of a tool may spend.</summary>
/// <param name="Agents">See <see cref="Rule.Agents"/>.</param>
/// <param name="Tool">Name of the tool, with wildcards.</param>
/// <param name="Amount">The argument that holds the USD, with dots into objects; <see langword="null"/> for what the tool declares by <see cref="ToolCostAttribute"/>.</param>
/// <param name="ApprovalAboveUsd">A call that spends more waits for a human.</param>
/// <param name="DenyAboveUsd">A call that spends more is denied.</param>
/// <param name="Approval">On which terms a human decides.</param>
public sealed record SpendRule(
    IReadOnlyList<Wildcard> Agents, Wildcard Tool, string? Amount, decimal? ApprovalAboveUsd, decimal? DenyAboveUsd, ApprovalTerms Approval)
    : Rule(Agents);

/// <summary>Decides about spending. Pure.</summary>
public static class SpendPolicy
{
    /// <summary>Whether a call may spend what it would, with or without a human's approval. What is not known may not be spent.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="agent">The agent's name.</param>
    /// <param name="tool">The tool's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="declaredUsd">What the tool declares, USD.</param>
    /// <returns>The denial, or <see langword="null"/>.</returns>
    public static PolicyDenial? Check(PolicySnapshot policy, string agent, string tool, JsonObject arguments, decimal declaredUsd)
    {
        foreach (var rule in Rules(policy, agent, tool))
        {
            if (Usd(rule, arguments, declaredUsd) is not { } usd)
            {
                return PolicyDenial.Of(policy, rule.Name, $"What the call of '{tool}' spends is not known: '{rule.Amount}' is no amount from 0.");
            }

            if (usd > rule.DenyAboveUsd)
            {
                return PolicyDenial.Of(policy, rule.Name, string.Create(
                    CultureInfo.InvariantCulture, $"The call of '{tool}' spends {usd} USD, more than {rule.DenyAboveUsd}."));
            }
        }

        return null;
    }

    /// <summary>What has to be put before a human first; <see langword="null"/> for nothing.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="agent">The agent's name.</param>
    /// <param name="tool">The tool's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="declaredUsd">What the tool declares, USD.</param>
    public static ApprovalDemand? Demand(PolicySnapshot policy, string agent, string tool, JsonObject arguments, decimal declaredUsd)
    {
        var demanding = Rules(policy, agent, tool)
            .Where(rule => Usd(rule, arguments, declaredUsd) is { } usd && usd > rule.ApprovalAboveUsd)
            .ToList();
        return demanding.Count == 0 ? null : new ApprovalDemand(
            demanding.Select(rule => rule.Approval).Aggregate((one, other) => one.And(other)),
            new AuditPolicy(policy.Name, policy.Hash, demanding[0].Name));
    }

    private static IEnumerable<SpendRule> Rules(PolicySnapshot policy, string agent, string tool) =>
        policy.Policy.Spend.Where(rule => rule.AppliesTo(agent) && rule.Tool.Matches(tool));

    private static decimal? Usd(SpendRule rule, JsonObject arguments, decimal declaredUsd)
    {
        if (rule.Amount is null)
        {
            return declaredUsd;
        }

        JsonNode? value = arguments;
        foreach (var name in rule.Amount.Split('.'))
        {
            value = (value as JsonObject)?[name];
        }

        return JsonValues.Number(value) is { } usd and >= 0 ? usd : null;
    }
}
