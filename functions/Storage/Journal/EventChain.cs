using AgentFunctions.Audit;
using AgentFunctions.Runs;

namespace AgentFunctions.Storage.Journal;

/// <summary>Makes the next event of a log.</summary>
internal static class EventChain
{
    /// <summary>The event behind a head, still without its cause and its hash.</summary>
    public static AuditEvent Next(RunRecord run, AuditHead head, string key, AuditDraft draft, DateTimeOffset now, int branch) => new()
    {
        RunId = run.RunId,
        Sequence = head.Sequence + 1,
        Time = now,
        Type = draft.Type,
        Actor = draft.Actor,
        StepId = draft.StepId,
        Reason = draft.Reason,
        CostUsd = decimal.Round(draft.CostUsd, AuditHash.CostDecimals),
        InputHash = draft.InputHash,
        OutputHash = draft.OutputHash,
        CommitKey = key,
        CorrelationId = run.RootRunId,
        Policy = draft.Policy,
        Branch = branch == 0 ? null : branch,
        Data = draft.Data,
        PreviousHash = head.Hash,
        Hash = string.Empty,
    };
}
