using AgentFunctions.Runs;

namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteWaitingList(AgentDatabase database) : IWaitingList
{
    /// <summary>Each lane is found by one step down the index, however many runs wait in the lanes before.</summary>
    private const string Lanes = """
        WITH RECURSIVE lanes (lane) AS (
            SELECT min(lane) FROM waiting
            UNION ALL
            SELECT (SELECT min(lane) FROM waiting WHERE lane > lanes.lane) FROM lanes WHERE lanes.lane IS NOT NULL)
        SELECT lane FROM lanes WHERE lane IS NOT NULL
        """;

    private const string Behind =
        "SELECT record FROM waiting WHERE lane = $lane AND (rank, run_id) > ($rank, $run) ORDER BY rank, run_id LIMIT $count";

    public Task AddAsync(IReadOnlyCollection<WaitingRun> waiting, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            foreach (var run in waiting)
            {
                Remove(session, run.RunId);
                session.Execute(
                    """
                    INSERT INTO waiting (lane, rank, run_id, tenant, priority, since, record)
                    VALUES ($lane, $rank, $run, $tenant, $priority, $since, $record)
                    """,
                    ("$lane", run.Lane),
                    ("$rank", run.Rank),
                    ("$run", run.RunId),
                    ("$tenant", run.Tenant),
                    ("$priority", (int)run.Priority),
                    ("$since", run.Since.ToUnixTimeMilliseconds()),
                    ("$record", Record.Write(run)));
            }

            return waiting.Count;
        },
        cancellationToken);

    public Task RemoveAsync(IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) =>
        database.WriteAsync(session => runIds.Sum(runId => Remove(session, runId)), cancellationToken);

    public Task<IReadOnlyList<WaitingRun>> HeadsAsync(int perLane, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<WaitingRun>>(
            session =>
            [
                .. session.Query(Lanes, row => row.GetString(0)).SelectMany(lane => Page(session, lane, long.MinValue, "", perLane)),
            ],
            cancellationToken);

    public Task<IReadOnlyList<WaitingRun>> BehindAsync(WaitingRun last, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<WaitingRun>>(
            session => Page(session, last.Lane, last.Rank, last.RunId, count), cancellationToken);

    public Task<WaitingPlace?> FindAsync(string runId, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.First("SELECT record FROM waiting WHERE run_id = $run", Record.Read<WaitingRun>, ("$run", runId)) is { } run
            ? new WaitingPlace(run, Before(session, run) + 1)
            : null,
        cancellationToken);

    public Task<IReadOnlyList<WaitingCount>> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<WaitingCount>>(
            session => session.Query(
                "SELECT tenant, priority, count(*), min(since) FROM waiting GROUP BY tenant, priority ORDER BY tenant, priority",
                row => new WaitingCount(
                    row.GetString(0), (RunPriority)row.GetInt32(1), row.GetInt32(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)))),
            cancellationToken);

    public Task<int> DepthAsync(string tenant, int most, IReadOnlyCollection<string> without, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.First(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM runs
                WHERE status = 'queued' AND is_root = 1 AND tenant = $tenant AND run_id NOT IN (SELECT value FROM json_each($without))
                LIMIT $most)
            """,
            row => row.GetInt32(0),
            ("$tenant", tenant),
            ("$without", Record.Write(without)),
            ("$most", most)),
        cancellationToken);

    public Task<IReadOnlyList<RunRecord>> UnlistedAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RunRecord>>(
            session =>
            [
                .. session.Query(
                    $"""
                    SELECT {RunRow.Columns} FROM runs INDEXED BY runs_queued
                    WHERE status = 'queued' AND is_root = 1 AND NOT EXISTS (SELECT 1 FROM waiting WHERE waiting.run_id = runs.run_id)
                    ORDER BY number LIMIT $most
                    """,
                    row => RunRow.Read(row).Run,
                    ("$most", most)).Where(run => run.CreatedAt < before),
            ],
            cancellationToken);

    private static int Remove(SqlSession session, string runId) =>
        session.Execute("DELETE FROM waiting WHERE run_id = $run", ("$run", runId));

    private static int Before(SqlSession session, WaitingRun run) => session.First(
        "SELECT count(*) FROM waiting WHERE tenant = $tenant AND (rank, run_id) < ($rank, $run)",
        row => row.GetInt32(0),
        ("$tenant", run.Tenant),
        ("$rank", run.Rank),
        ("$run", run.RunId));

    private static List<WaitingRun> Page(SqlSession session, string lane, long rank, string runId, int count) => session.Query(
        Behind, Record.Read<WaitingRun>, ("$lane", lane), ("$rank", rank), ("$run", runId), ("$count", count));
}
