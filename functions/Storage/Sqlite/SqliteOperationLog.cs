namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteOperationLog(AgentDatabase database) : IOperationLog
{
    public Task<OperationRecord> BeginAsync(OperationRecord operation, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Execute(
                "INSERT OR IGNORE INTO operations (operation_id, record) VALUES ($id, $record)",
                ("$id", operation.OperationId),
                ("$record", Record.Write(operation)));
            return Find(session, operation.OperationId)!;
        },
        cancellationToken);

    public Task<OperationRecord> CompleteAsync(string operationId, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var begun = Find(session, operationId) ?? throw new KeyNotFoundException($"There is no operation '{operationId}'.");
            if (begun.CompletedAt is not null)
            {
                return begun;
            }

            var completed = begun with { CompletedAt = at };
            session.Execute(
                "UPDATE operations SET record = $record WHERE operation_id = $id", ("$id", operationId), ("$record", Record.Write(completed)));
            return completed;
        },
        cancellationToken);

    public Task<OperationRecord?> FindAsync(string operationId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Find(session, operationId), cancellationToken);

    public Task<OperationPage> PageAsync(long after, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var rows = session.Query(
                "SELECT record, number FROM operations WHERE number > $after ORDER BY number LIMIT $limit",
                row => (Operation: Record.Read<OperationRecord>(row), Number: row.GetInt64(1)),
                ("$after", after),
                ("$limit", limit + 1));
            var page = rows.Take(limit).ToList();
            return new OperationPage([.. page.Select(row => row.Operation)], rows.Count > page.Count ? page[^1].Number : null);
        },
        cancellationToken);

    private static OperationRecord? Find(SqlSession session, string operationId) =>
        session.First("SELECT record FROM operations WHERE operation_id = $id", Record.Read<OperationRecord>, ("$id", operationId));
}
