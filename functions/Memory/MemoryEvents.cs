using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Storage;

namespace AgentFunctions.Memory;

/// <summary>Changes of shared memory as events of the run that made them.</summary>
internal static class MemoryEvents
{
    /// <summary>A change that a tool call has made.</summary>
    public static AuditDraft Changed(MemoryChange change, MemoryOutcome outcome, string agent, string stepId) =>
        new("memory.changed", AuditActor.Agent(agent))
        {
            StepId = stepId,
            Data = new JsonObject
            {
                ["operation"] = Words.Of(change.Operation),
                ["key"] = change.Key,
                ["version"] = outcome.Version,
                ["revision"] = outcome.Revision,
                ["sha256"] = outcome.Sha256,
            },
        };
}
