using AgentFunctions.Approvals;
using AgentFunctions.Storage;
using AgentFunctions.Yaml;

namespace AgentFunctions.Agents;

/// <summary>Reads from YAML what humans must accept, and on which terms.</summary>
internal static class ApprovalTermsReader
{
    /// <summary>Reads the <c>approvals</c> of an agent.</summary>
    /// <param name="value">The section.</param>
    /// <param name="tools">The tools that the agent may call.</param>
    /// <exception cref="DefinitionException">A field is unknown or wrong, or the agent may not call a tool that is named.</exception>
    public static AgentApprovals Read(YamlValue value, IReadOnlyList<YamlValue> tools)
    {
        var section = value.Object();
        var known = tools.Select(tool => tool.Text()).ToHashSet(StringComparer.Ordinal);
        var read = new AgentApprovals
        {
            Plan = section.Optional("plan") is { } plan ? Terms(plan) : null,
            Result = section.Optional("result") is { } result ? Terms(result) : null,
            Tools = (section.Optional("tools")?.Object().Fields ?? []).ToDictionary(
                tool => known.Contains(tool.Name) ? tool.Name : throw tool.Value.Error($"The agent may not call a tool '{tool.Name}'."),
                tool => Terms(tool.Value),
                StringComparer.Ordinal),
        };
        section.RefuseOthers();
        return read;
    }

    /// <summary>Reads terms: <c>true</c> for those of the app's settings, or a mapping.</summary>
    /// <param name="value">The terms.</param>
    /// <exception cref="DefinitionException">A field is unknown or wrong.</exception>
    public static ApprovalTerms Terms(YamlValue value)
    {
        if (value.ToJson() is System.Text.Json.Nodes.JsonValue flag && flag.TryGetValue<bool>(out var needed))
        {
            return needed ? new ApprovalTerms() : throw value.Error("It is true or a mapping; leave it out where nobody needs to accept.");
        }

        var fields = value.Object();
        var terms = new ApprovalTerms
        {
            Allow = fields.Optional("allow") is { } allow ? [.. allow.List().Select(Answer)] : null,
            Groups = Texts(fields.Optional("groups")),
            Approvers = fields.Optional("approvers")?.Int(1, ApprovalTerms.MostApprovers) ?? 1,
            ExpiresAfter = Duration(fields.Optional("expiresAfter")),
            OnExpiry = fields.Optional("onExpiry") is { } outcome ? Answer(outcome) : null,
            RemindAfter = Duration(fields.Optional("remindAfter")),
            EscalateAfter = Duration(fields.Optional("escalateAfter")),
            EscalateTo = Texts(fields.Optional("escalateTo")),
        };
        fields.RefuseOthers();
        return terms.Problems().FirstOrDefault() is ({ } field, { } problem)
            ? throw (fields.Optional(field) ?? value).Error(problem)
            : terms;
    }

    private static ApprovalAnswerType Answer(YamlValue value) => value.OneOf(
        ("accept", ApprovalAnswerType.Accept),
        ("edit", ApprovalAnswerType.Edit),
        ("response", ApprovalAnswerType.Response),
        ("ignore", ApprovalAnswerType.Ignore));

    private static string[] Texts(YamlValue? value) => [.. (value?.List() ?? []).Select(item => item.Text())];

    private static TimeSpan? Duration(YamlValue? value) => value is null
        ? null
        : IsoDuration.Parse(value.Text()) ?? throw value.Error($"It must be {IsoDuration.Rule}.");
}
