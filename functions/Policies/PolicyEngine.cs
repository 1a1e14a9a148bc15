using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentFunctions.Policies.Http;
using AgentFunctions.Tools.Http;

namespace AgentFunctions.Policies;

/// <summary>Decides by a policy. Pure: the same question has the same answer, and nothing that a model reads can change it.</summary>
public static class PolicyEngine
{
    /// <summary>Whether an agent may call a tool at all.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="agent">The agent's name.</param>
    /// <param name="tool">The tool's name.</param>
    /// <returns>The denial, or <see langword="null"/>.</returns>
    public static PolicyDenial? CheckTool(PolicySnapshot policy, string agent, string tool)
    {
        var rules = policy.Policy.Tools.Where(rule => rule.AppliesTo(agent)).ToList();
        var allowing = rules.Where(rule => rule.Allow.Count > 0).ToList();
        var refusing = rules.Find(rule => Any(rule.Deny, tool))
            ?? (allowing.Count == 0 || allowing.Exists(rule => Any(rule.Allow, tool)) ? null : allowing[0]);
        return refusing is null
            ? null
            : PolicyDenial.Of(policy, refusing.Name, $"The agent '{agent}' may not call the tool '{tool}'.");
    }

    /// <summary>Whether an agent may make a call with these arguments.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="agent">The agent's name.</param>
    /// <param name="tool">The tool's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="declaredUsd">What the tool declares to spend, USD; see <see cref="ToolCostAttribute"/>.</param>
    /// <returns>The denial, or <see langword="null"/>.</returns>
    public static PolicyDenial? CheckCall(PolicySnapshot policy, string agent, string tool, JsonObject arguments, decimal declaredUsd = 0m) =>
        CheckTool(policy, agent, tool)
        ?? policy.Policy.Arguments
            .Where(rule => rule.AppliesTo(agent) && rule.Tool.Matches(tool))
            .Select(rule => Problem(rule, arguments) is { } problem
                ? PolicyDenial.Of(policy, rule.Name, $"The tool '{tool}' may not be called with these arguments: {problem}")
                : null)
            .FirstOrDefault(denial => denial is not null)
        ?? CheckDestination(policy, agent, tool, arguments)
        ?? SpendPolicy.Check(policy, agent, tool, arguments, declaredUsd);

    /// <summary>Whether a run may have descendants so far below it.</summary>
    /// <param name="policy">The policy of the run above.</param>
    /// <param name="agent">The agent of the run above.</param>
    /// <param name="levels">How many levels below it the new run would be; 1 for a child.</param>
    /// <returns>The denial, or <see langword="null"/>.</returns>
    public static PolicyDenial? CheckDepth(PolicySnapshot policy, string agent, int levels) =>
        SpawnRules(policy, agent).FirstOrDefault(rule => levels > rule.MaxDepth) is { } rule
            ? PolicyDenial.Of(policy, rule.Name, FormattableString.Invariant(
                $"The agent '{agent}' may not have runs deeper than {rule.MaxDepth} levels below it."))
            : null;

    /// <summary>Whether a run may spawn so many children.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="agent">The agent's name.</param>
    /// <param name="fanOut">How many children one fan-out spawns.</param>
    /// <param name="before">How many the run has spawned before.</param>
    /// <returns>The denial, or <see langword="null"/>.</returns>
    public static PolicyDenial? CheckFanOut(PolicySnapshot policy, string agent, int fanOut, int before)
    {
        var rules = SpawnRules(policy, agent).ToList();
        if (rules.Find(rule => fanOut > rule.MaxFanOut) is { } wide)
        {
            return PolicyDenial.Of(policy, wide.Name, FormattableString.Invariant(
                $"{fanOut} children are more than the {wide.MaxFanOut} that the agent '{agent}' may spawn at once."));
        }

        return rules.Find(rule => (long)before + fanOut > rule.MaxChildren) is { } many
            ? PolicyDenial.Of(policy, many.Name, FormattableString.Invariant(
                $"{fanOut} children after {before} are more than the {many.MaxChildren} that a run of the agent '{agent}' may spawn in all."))
            : null;
    }

    /// <summary>A destination that is known before the call is checked before the call; redirects and addresses, where they turn up.</summary>
    private static PolicyDenial? CheckDestination(PolicySnapshot policy, string agent, string tool, JsonObject arguments) =>
        tool == HttpTools.Name && JsonValues.Text(arguments[HttpTools.UrlArgument]) is { } text && WebUrl.Read(text, out _) is { } url
            ? HttpPolicy.CheckUrl(policy, agent, url)
            : null;

    private static IEnumerable<SpawnRule> SpawnRules(PolicySnapshot policy, string agent) =>
        policy.Policy.Spawn.Where(rule => rule.AppliesTo(agent));

    private static bool Any(IReadOnlyList<Wildcard> patterns, string name) => patterns.Any(pattern => pattern.Matches(name));

    /// <summary>What cannot be checked in time is not allowed.</summary>
    private static string? Problem(ArgumentRule rule, JsonObject arguments)
    {
        try
        {
            return rule.Schema.FirstProblem(arguments);
        }
        catch (RegexMatchTimeoutException)
        {
            return "They could not be matched within the time limit.";
        }
    }
}
