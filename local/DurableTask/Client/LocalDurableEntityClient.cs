using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.DurableTask.Entities;
using AgentFunctions.Local.DurableTask.Tables;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.DurableTask.Client;

internal sealed class LocalDurableEntityClient(DurableEngine engine, string name) : DurableEntityClient(name)
{
    private DataConverter Converter => engine.Functions.Converter;

    public override async Task SignalEntityAsync(
        EntityInstanceId id,
        string operationName,
        object? input = null,
        SignalEntityOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(operationName);
        cancellation.ThrowIfCancellationRequested();
        var outbox = new Outbox();
        outbox.Send(id.ToString(), new OperationRequest(operationName, Converter.Serialize(input), null, null), options?.SignalTime);
        await SendAsync(outbox);
    }

    public override async Task<EntityMetadata<T>?> GetEntityAsync<T>(
        EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        await GetEntityAsync(id, includeState, cancellation) is { } found ? Typed<T>(found) : null;

    public override Task<EntityMetadata?> GetEntityAsync(
        EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var row = engine.Database.Read(db => EntityTable.Find(db, id.ToString()));
        return Task.FromResult(row is null ? null : MetadataOf(row, includeState));
    }

    public override AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null) => All(filter, found => found);

    public override AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null) => All(filter, Typed<T>);

    public override async Task<CleanEntityStorageResult> CleanEntityStorageAsync(
        CleanEntityStorageRequest? request = null, bool continueUntilComplete = true, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!(request ?? CleanEntityStorageRequest.Default).ReleaseOrphanedLocks)
        {
            return default;
        }

        // Empty entities are removed as they become empty, so there are none to clean.
        var orphans = engine.Database.Read(EntityTable.OrphanedLocks);
        var outbox = new Outbox();
        orphans.ForEach(orphan => outbox.Unlock([orphan.EntityId], orphan.LockId));
        await SendAsync(outbox);
        return new CleanEntityStorageResult { OrphanedLocksReleased = orphans.Count };
    }

    private static EntityMetadata<T> Typed<T>(EntityMetadata found) =>
        found.IncludesState
            ? new EntityMetadata<T>(found.Id, found.State.ReadAs<T>()) { LastModifiedTime = found.LastModifiedTime, BacklogQueueSize = found.BacklogQueueSize, LockedBy = found.LockedBy }
            : new EntityMetadata<T>(found.Id) { LastModifiedTime = found.LastModifiedTime, BacklogQueueSize = found.BacklogQueueSize, LockedBy = found.LockedBy };

    private EntityMetadata MetadataOf(EntityRow row, bool withState)
    {
        var state = withState && row.State is not null ? new SerializedData(row.State, Converter) : null;
        return new EntityMetadata(EntityInstanceId.FromString(row.EntityId), state)
        {
            LastModifiedTime = row.ModifiedAt,
            BacklogQueueSize = row.Backlog,
            LockedBy = row.LockedBy,
        };
    }

    private AsyncPageable<T> All<T>(EntityQuery? filter, Func<EntityMetadata, T> shape)
        where T : notnull
    {
        var query = filter ?? new EntityQuery();
        var rowsOf = new EntityFilter(query.InstanceIdStartsWith, query.LastModifiedFrom, query.LastModifiedTo, query.IncludeTransient);
        return Pageable.Create((token, size, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var limit = size ?? query.PageSize ?? EntityQuery.DefaultPageSize;
            var rows = engine.Database.Read(db => EntityTable.Page(db, rowsOf, token ?? query.ContinuationToken ?? string.Empty, limit));
            return Task.FromResult(new Page<T>(
                [.. rows.Select(row => shape(MetadataOf(row, query.IncludeState)))], rows.Count == limit ? rows[^1].EntityId : null));
        });
    }

    private async Task SendAsync(Outbox outbox)
    {
        await engine.Database.WriteAsync(db =>
        {
            outbox.Write(db, engine.Now);
            return true;
        });
        outbox.Handover(engine);
    }
}
