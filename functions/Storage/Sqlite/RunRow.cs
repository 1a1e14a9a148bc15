using AgentFunctions.Audit;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Storage.Journal;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>A row of <c>runs</c>. What never changes, what changes often and the steps lie in columns of their own, so that a commit rewrites little.</summary>
internal sealed record RunRow(RunRecord Run, AuditHead Head, long Checkpoints)
{
    public const string Columns = "request, state, steps, events, head_hash, checkpoints, head_signature";

    public static RunRow New(RunRecord run) => new(run, new AuditHead(0, AuditHash.Origin), 0);

    public static RunRow Read(SqliteDataReader row)
    {
        var run = Record.Read<RunState>(row.GetString(1))
            .Apply(Record.Read<RunRecord>(row.GetString(0)), Record.Read<IReadOnlyList<StepState>>(row.GetString(2)));
        return new RunRow(run, new AuditHead(row.GetInt64(3), row.GetString(4), ReadSignature(row, 6)), row.GetInt64(5));
    }

    public static RunRow? Find(SqlSession session, string runId) =>
        session.First($"SELECT {Columns} FROM runs WHERE run_id = $run", Read, ("$run", runId));

    public void Insert(SqlSession session) => session.Execute(
        $"""
        INSERT INTO runs (run_id, root_run_id, is_root, thread_id, tenant, agent, status, {Columns})
        VALUES ($run, $root, $isRoot, $thread, $tenant, $agent, $status, $request, $state, $steps, $events, $head, $checkpoints, $signature)
        """,
        ("$run", Run.RunId),
        ("$root", Run.RootRunId),
        ("$isRoot", Run.ParentRunId is null ? 1 : 0),
        ("$thread", Run.ThreadId),
        ("$tenant", Run.Tenant),
        ("$agent", Run.Agent),
        ("$status", Words.Of(Run.Status)),
        ("$request", Record.Write(Run with { Steps = [] })),
        ("$state", Record.Write(RunState.Of(Run))),
        ("$steps", Record.Write(Run.Steps)),
        ("$events", Head.Sequence),
        ("$head", Head.Hash),
        ("$checkpoints", Checkpoints),
        ("$signature", WriteSignature(Head)));

    public void Update(SqlSession session, RunRow before)
    {
        session.Execute(
            """
            UPDATE runs SET status = $status, state = $state, events = $events, head_hash = $head, head_signature = $signature,
                checkpoints = $checkpoints
            WHERE run_id = $run
            """,
            ("$run", Run.RunId),
            ("$status", Words.Of(Run.Status)),
            ("$state", Record.Write(RunState.Of(Run))),
            ("$events", Head.Sequence),
            ("$head", Head.Hash),
            ("$signature", WriteSignature(Head)),
            ("$checkpoints", Checkpoints));
        if (!ReferenceEquals(Run.Steps, before.Run.Steps))
        {
            session.Execute(
                "UPDATE runs SET steps = $steps WHERE run_id = $run", ("$run", Run.RunId), ("$steps", Record.Write(Run.Steps)));
        }
    }

    public static AuditSignature? ReadSignature(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : Record.Read<AuditSignature>(row.GetString(column));

    private static string? WriteSignature(AuditHead head) => head.Signature is { } signature ? Record.Write(signature) : null;
}
