using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Storage;

namespace AgentFunctions.Policies;

/// <summary>Audit events of policies.</summary>
public static class PolicyEvents
{
    /// <summary>The type of a denial's event.</summary>
    public const string Denied = "policy.denied";

    /// <summary>Puts a denial on record, by the rule's name.</summary>
    /// <param name="denial">The denial.</param>
    /// <param name="checkpoint">What was checked: <c>plan</c>, <c>tool</c>, <c>spawn</c> or <c>result</c>.</param>
    /// <param name="agent">The agent that was denied.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="what">The tool or the field at fault.</param>
    public static AuditDraft Of(PolicyDenial denial, string checkpoint, string agent, string? stepId, string? what = null) =>
        new(Denied, AuditActor.Runtime)
        {
            Policy = denial.Policy,
            StepId = stepId,
            Reason = denial.Reason,
            Data = new JsonObject
            {
                ["checked"] = checkpoint,
                ["agent"] = agent,
                ["what"] = what,
            },
        };
}
