using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Tables;

internal sealed class TableAuditLog(RunPartition partition) : IAuditLog
{
    public Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, CancellationToken cancellationToken) =>
        partition.ReadEventsAsync(runId, 0, cancellationToken);

    public async Task<IReadOnlyList<AuditEvent>> QueryAsync(AuditQuery query, CancellationToken cancellationToken) =>
    [
        .. (await partition.ReadEventsAsync(query.RunId, query.After, cancellationToken))
            .Select(stored => EventRecord.Read(stored.Json))
            .Where(entry => Fits(entry, query))
            .Take(query.Limit),
    ];

    private static bool Fits(AuditEvent entry, AuditQuery query) =>
        query.Type switch
        {
            null => true,
            [.., '.'] => entry.Type.StartsWith(query.Type, StringComparison.Ordinal),
            _ => entry.Type == query.Type,
        }
        && (query.ActorId is null || entry.Actor.Id == query.ActorId)
        && (query.From is null || entry.Time >= query.From)
        && (query.To is null || entry.Time <= query.To);
}
