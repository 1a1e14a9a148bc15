namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteApprovalStore(AgentDatabase database) : IApprovalStore
{
    private const string Select = "SELECT record FROM approvals WHERE approval_id = $id";

    public Task<ApprovalRecord> CreateAsync(ApprovalRecord approval, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Execute(
                """
                INSERT OR IGNORE INTO approvals (approval_id, run_id, tenant, status, record)
                VALUES ($id, $run, $tenant, $status, $record)
                """,
                ("$id", approval.ApprovalId),
                ("$run", approval.RunId),
                ("$tenant", approval.Tenant),
                ("$status", Words.Of(approval.Status)),
                ("$record", Record.Write(approval)));
            return Find(session, approval.ApprovalId)!;
        },
        cancellationToken);

    public Task<ApprovalRecord?> GetAsync(string approvalId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Find(session, approvalId), cancellationToken);

    public Task<IReadOnlyList<ApprovalRecord>> ListAsync(
        ApprovalStatus? status, string? tenant, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ApprovalRecord>>(
            session => session.Query(
                """
                SELECT record FROM approvals
                WHERE ($status IS NULL OR status = $status) AND ($tenant IS NULL OR tenant = $tenant)
                ORDER BY number
                """,
                Record.Read<ApprovalRecord>,
                ("$status", status is { } given ? Words.Of(given) : null),
                ("$tenant", tenant)),
            cancellationToken);

    public Task<ApprovalPage> PageAsync(ApprovalQuery query, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var rows = session.Query(
                """
                SELECT record, number FROM approvals
                WHERE number > $after AND ($status IS NULL OR status = $status) AND ($tenant IS NULL OR tenant = $tenant)
                ORDER BY number LIMIT $limit
                """,
                row => (Approval: Record.Read<ApprovalRecord>(row), Number: row.GetInt64(1)),
                ("$after", query.After),
                ("$status", query.Status is { } given ? Words.Of(given) : null),
                ("$tenant", query.Tenant),
                ("$limit", query.Limit + 1));
            var page = rows.Take(query.Limit).ToList();
            return new ApprovalPage([.. page.Select(row => row.Approval)], rows.Count > page.Count ? page[^1].Number : null);
        },
        cancellationToken);

    public Task<IReadOnlyList<ApprovalRecord>> ListOfRunAsync(string runId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ApprovalRecord>>(session => OfRun(session, runId), cancellationToken);

    public Task<ApprovalRecord?> UpdateAsync(
        string approvalId, Func<ApprovalRecord, ApprovalRecord> change, CancellationToken cancellationToken) => database.WriteAsync(
            session =>
            {
                if (Find(session, approvalId) is not { } before)
                {
                    return null;
                }

                var after = change(before);
                return ReferenceEquals(after, before) ? before : Save(session, after);
            },
            cancellationToken);

    public Task<IReadOnlyList<ApprovalRecord>> WithdrawAsync(string runId, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            foreach (var pending in OfRun(session, runId).Where(approval => approval.Status == ApprovalStatus.Pending))
            {
                Save(session, pending with { Status = ApprovalStatus.Withdrawn });
            }

            return (IReadOnlyList<ApprovalRecord>)[.. OfRun(session, runId).Where(approval => approval.Status == ApprovalStatus.Withdrawn)];
        },
        cancellationToken);

    private static ApprovalRecord? Find(SqlSession session, string approvalId) =>
        session.First(Select, Record.Read<ApprovalRecord>, ("$id", approvalId));

    private static IReadOnlyList<ApprovalRecord> OfRun(SqlSession session, string runId) => session.Query(
        "SELECT record FROM approvals WHERE run_id = $run ORDER BY number", Record.Read<ApprovalRecord>, ("$run", runId));

    private static ApprovalRecord Save(SqlSession session, ApprovalRecord approval)
    {
        session.Execute(
            "UPDATE approvals SET status = $status, record = $record WHERE approval_id = $id",
            ("$id", approval.ApprovalId),
            ("$status", Words.Of(approval.Status)),
            ("$record", Record.Write(approval)));
        return approval;
    }
}
