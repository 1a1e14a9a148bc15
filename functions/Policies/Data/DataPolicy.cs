using System.Text.Json.Nodes;

namespace AgentFunctions.Policies.Data;

/// <summary>Where a data rule holds.</summary>
public enum DataTarget
{
    /// <summary>The app's logs.</summary>
    Logs,

    /// <summary>The audit log: its texts, and the payloads that it points at.</summary>
    Audit,

    /// <summary>What models are sent.</summary>
    Prompts,

    /// <summary>What a run results in.</summary>
    Results,
}

/// <summary>What a data rule does with what it finds.</summary>
public enum DataAction
{
    /// <summary>Puts <c>[redacted:NAME]</c> in its place.</summary>
    Redact,

    /// <summary>Lets no result leave that holds it.</summary>
    Deny,
}

/// <summary>Keeps data of some kinds out of some places.</summary>
/// <param name="Detectors">What is to be found.</param>
/// <param name="In">Where.</param>
/// <param name="Action">What is done then.</param>
public sealed record DataRule(IReadOnlyList<Detector> Detectors, IReadOnlyList<DataTarget> In, DataAction Action)
{
    /// <summary>Unique in its policy.</summary>
    public required string Name { get; init; }
}

/// <summary>Decides about data. Pure.</summary>
public static class DataPolicy
{
    /// <summary>What takes out of a place what a policy does not let in there.</summary>
    /// <param name="policies">The policies; of several, what any of them does not let in.</param>
    /// <param name="target">The place.</param>
    public static Redactor Redactor(DataTarget target, params IEnumerable<PolicySnapshot> policies) => new(policies
        .SelectMany(policy => policy.Policy.Data)
        .Where(rule => rule.Action == DataAction.Redact && rule.In.Contains(target))
        .SelectMany(rule => rule.Detectors));

    /// <summary>Whether a result may leave.</summary>
    /// <param name="policies">The policies that hold.</param>
    /// <param name="agent">The agent's name.</param>
    /// <param name="result">The result.</param>
    /// <returns>The denial, or <see langword="null"/>.</returns>
    public static PolicyDenial? CheckResult(IEnumerable<PolicySnapshot> policies, string agent, JsonNode? result)
    {
        var rules = policies.SelectMany(policy => policy.Policy.Data
            .Where(rule => rule.Action == DataAction.Deny && rule.In.Contains(DataTarget.Results))
            .Select(rule => (Policy: policy, Rule: rule)));
        foreach (var (policy, rule) in rules)
        {
            var redacted = new Redactor(rule.Detectors).Json(result);
            if (!JsonNode.DeepEquals(redacted, result))
            {
                return PolicyDenial.Of(policy, rule.Name, $"The result of the agent '{agent}' holds data that may not leave.");
            }
        }

        return null;
    }
}
