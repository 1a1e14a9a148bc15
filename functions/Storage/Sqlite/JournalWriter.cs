using AgentFunctions.Audit;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>The statements of one commit to a run, within the caller's savepoint.</summary>
internal static class JournalWriter
{
    /// <summary>Appends events behind the row's head.</summary>
    public static RunRow Append(
        SqlSession session, AuditSigner signer, RunRow row, string key, IReadOnlyList<AuditDraft> drafts, DateTimeOffset now, int branch)
    {
        var head = row.Head;
        string? before = null;
        foreach (var draft in drafts)
        {
            var entry = EventChain.Next(row.Run, head, key, draft, now, branch) with { CausationId = Causes.Find(session, row.Run.RunId, key, draft, before) };
            entry = entry with { Hash = AuditHash.Of(entry) };
            session.Execute(
                "INSERT INTO events (run_id, sequence, body) VALUES ($run, $sequence, $body)",
                ("$run", entry.RunId),
                ("$sequence", entry.Sequence),
                ("$body", Record.Write(entry)));
            head = new AuditHead(entry.Sequence, entry.Hash);
            before = entry.Id;
        }

        if (drafts.Count > 0)
        {
            head = signer.Sign(row.Run.RunId, head);
            session.Execute(
                "UPDATE commits SET last_event = $event WHERE run_id = $run AND key = $key",
                ("$event", head.Sequence),
                ("$run", row.Run.RunId),
                ("$key", key));
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
            row.Run.RunId,
            number,
            draft.StepId,
            draft.Kind,
            draft.Name,
            draft.StateHash,
            key,
            now,
            host.Id,
            Workspace.Capture(session, row.Run.ThreadId),
            row.Run.Branch)
        {
            Memory = MemoryTable.Capture(session, row.Run.ThreadId),
        };
        session.Execute(
            "INSERT INTO checkpoints (run_id, number, host, body) VALUES ($run, $number, $host, $body)",
            ("$run", row.Run.RunId),
            ("$number", number),
            ("$host", host.Id),
            ("$body", Record.Write(checkpoint)));
        return row with { Checkpoints = number };
    }
}
