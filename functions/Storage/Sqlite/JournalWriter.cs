using AgentFunctions.Audit;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>The statements of one commit to a run, within the caller's savepoint.</summary>
internal static class JournalWriter
{
    /// <summary>Appends events behind the row's head.</summary>
    public static RunRow Append(
        SqlSession session, RunRow row, string key, IReadOnlyList<AuditDraft> drafts, DateTimeOffset now)
    {
        var head = row.Head;
        foreach (var draft in drafts)
        {
            var entry = Chain(row, head, key, draft, now);
            session.Execute(
                "INSERT INTO events (run_id, sequence, body) VALUES ($run, $sequence, $body)",
                ("$run", entry.RunId),
                ("$sequence", entry.Sequence),
                ("$body", Record.Write(entry)));
            head = new AuditHead(entry.Sequence, entry.Hash);
        }

        return row with { Head = head };
    }

    /// <summary>Adds a checkpoint with the next number.</summary>
    public static RunRow Add(
        SqlSession session, RunRow row, string key, CheckpointDraft? draft, DateTimeOffset now, HostIdentity host)
    {
        if (draft is null)
        {
            return row;
        }

        var number = row.Checkpoints + 1;
        var checkpoint = new Checkpoint(
            row.Run.RunId, number, draft.StepId, draft.Kind, draft.Name, draft.StateHash, key, now, host.Id);
        session.Execute(
            "INSERT INTO checkpoints (run_id, number, host, body) VALUES ($run, $number, $host, $body)",
            ("$run", row.Run.RunId),
            ("$number", number),
            ("$host", host.Id),
            ("$body", Record.Write(checkpoint)));
        return row with { Checkpoints = number };
    }

    private static AuditEvent Chain(RunRow row, AuditHead head, string key, AuditDraft draft, DateTimeOffset now)
    {
        var entry = new AuditEvent
        {
            RunId = row.Run.RunId,
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
            CausationId = draft.CausationId,
            CorrelationId = row.Run.RootRunId,
            Data = draft.Data,
            PreviousHash = head.Hash,
            Hash = string.Empty,
        };
        return entry with { Hash = AuditHash.Of(entry) };
    }
}
