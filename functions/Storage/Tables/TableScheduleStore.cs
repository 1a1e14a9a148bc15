using System.Runtime.CompilerServices;
using AgentFunctions.Schedules;
using AgentFunctions.Storage.Journal;
using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// A partition for each schedule: its head (<c>h</c>), which stays when it is deleted, and its events (<c>e:</c>). A change is one
/// entity-group transaction under the head's ETag.
/// </summary>
internal sealed class TableScheduleStore(
    StorageAccount account, EntityTexts texts, IndexTable index, HybridClock clock, TimeProvider time) : IScheduleStore
{
    private const string HeadRow = "h";
    private const string Events = "e:";
    private const string Record = "Record";
    private const string Number = "Number";
    private const string LastEvent = "LastEvent";

    public async Task<ScheduleRecord?> GetAsync(string scheduleId, CancellationToken cancellationToken) =>
        (await FindAsync(scheduleId, cancellationToken))?.Schedule;

    public async Task<IReadOnlyList<ScheduleRecord>> ListAsync(ScheduleQuery query, CancellationToken cancellationToken)
    {
        var found = new List<ScheduleRecord>();
        await foreach (var schedule in ReadAsync(query, cancellationToken))
        {
            found.Add(schedule);
            if (found.Count >= query.Limit)
            {
                break;
            }
        }

        return found;
    }

    public async Task<ScheduleRecord?> PutAsync(
        ScheduleRecord schedule, IReadOnlyList<ScheduleEvent> events, CancellationToken cancellationToken)
    {
        var before = await FindAsync(schedule.ScheduleId, cancellationToken);
        if ((before?.Schedule?.Revision ?? 0) != schedule.Revision)
        {
            return null;
        }

        var isNew = before?.Schedule is null;
        var stored = schedule with { Revision = schedule.Revision + 1 };
        var after = new Head(stored, isNew ? clock.Next() : before!.Number, (before?.LastEvent ?? 0) + events.Count, before?.ETag);
        if (isNew || before!.Schedule!.ThreadId != stored.ThreadId || before.Schedule.Tenant != stored.Tenant)
        {
            await index.PutAsync(Rows(after), cancellationToken);
        }

        try
        {
            await SubmitAsync(schedule.ScheduleId, after, before?.LastEvent ?? 0, events, cancellationToken);
            return stored;
        }
        catch (RequestFailedException error) when (Optimism.IsConflict(error))
        {
            return null;
        }
    }

    public Task<ScheduleRecord?> DeleteAsync(string scheduleId, ScheduleEvent deleted, CancellationToken cancellationToken) => Optimism.TryAsync(
        async _ =>
        {
            if (await FindAsync(scheduleId, cancellationToken) is not { Schedule: { } schedule } before)
            {
                return null;
            }

            await SubmitAsync(
                scheduleId, before with { Schedule = null, LastEvent = before.LastEvent + 1 }, before.LastEvent, [deleted], cancellationToken);
            await index.DeleteAsync(Rows(before), cancellationToken);
            return schedule;
        },
        cancellationToken);

    public async Task<IReadOnlyList<ScheduleEvent>> ListEventsAsync(
        string scheduleId, long after, int limit, CancellationToken cancellationToken)
    {
        var (partition, from, to) = (TableKeys.Partition(scheduleId), Events + TableKeys.Number(after), TableKeys.Behind(Events));
        var events = new List<ScheduleEvent>();
        await foreach (var row in (await TableAsync()).QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from} and RowKey lt {to}"),
            Math.Clamp(limit, 1, 1000),
            cancellationToken: cancellationToken))
        {
            if (events.Count >= limit)
            {
                break;
            }

            events.Add(StoredJson.Read<ScheduleEvent>(await texts.GetAsync(row, Record, cancellationToken)));
        }

        return events;
    }

    private static IReadOnlyList<IndexRow> Rows(Head head) =>
    [
        Row(Partition(tenant: null, threadId: null), head),
        Row(Partition(head.Schedule!.Tenant, threadId: null), head),
        Row(Partition(tenant: null, head.Schedule.ThreadId), head),
    ];

    private static IndexRow Row(string partition, Head head) => new(
        partition,
        $"{TableKeys.Ordered(head.Schedule!.ScheduleId)}.{TableKeys.Number(head.Number)}",
        head.Schedule.ScheduleId,
        head.Number,
        Place: 0);

    private static string Partition(string? tenant, string? threadId) => TableKeys.Partition((tenant, threadId) switch
    {
        (_, { }) => $"schedule/thread/{threadId}",
        ({ }, null) => $"schedule/tenant/{tenant}",
        _ => "schedule/all",
    });

    private async IAsyncEnumerable<ScheduleRecord> ReadAsync(ScheduleQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = string.IsNullOrEmpty(query.After) ? "" : TableKeys.Behind($"{TableKeys.Ordered(query.After)}.");
        await foreach (var row in index.ReadAsync(
            [Partition(query.Tenant, query.ThreadId)], after, group: null, query.Limit, cancellationToken))
        {
            var head = await FindAsync(row.Id, cancellationToken);
            var number = head?.Schedule is null ? null : (long?)head.Number;
            if (!row.Fits(number, 0))
            {
                await index.DeleteAsync(row.IsStale(number, 0, time.GetUtcNow()) ? [row] : [], cancellationToken);
            }
            else if (head!.Schedule is { } schedule
                && (query.Tenant is null || schedule.Tenant == query.Tenant) && (query.ThreadId is null || schedule.ThreadId == query.ThreadId))
            {
                yield return schedule;
            }
        }
    }

    private async Task SubmitAsync(
        string scheduleId, Head head, long last, IReadOnlyList<ScheduleEvent> events, CancellationToken cancellationToken)
    {
        var partition = TableKeys.Partition(scheduleId);
        var row = new TableEntity(partition, HeadRow) { [Number] = head.Number, [LastEvent] = head.LastEvent };
        await texts.SetAsync(row, Record, head.Schedule is { } schedule ? StoredJson.Write(schedule) : null, cancellationToken);
        var actions = new List<TableTransactionAction>
        {
            head.ETag is { } seen
                ? new(TableTransactionActionType.UpdateReplace, row, seen)
                : new(TableTransactionActionType.Add, row),
        };
        foreach (var entry in events)
        {
            var numbered = entry with { Sequence = ++last };
            var added = new TableEntity(partition, Events + TableKeys.Number(last));
            await texts.SetAsync(added, Record, StoredJson.Write(numbered), cancellationToken);
            actions.Add(new(TableTransactionActionType.Add, added));
        }

        await (await TableAsync()).SubmitTransactionAsync(actions, cancellationToken);
    }

    private Task<TableClient> TableAsync() => account.TableAsync(StoreTable.Schedules);

    private async Task<Head?> FindAsync(string scheduleId, CancellationToken cancellationToken)
    {
        var found = await (await TableAsync()).GetEntityIfExistsAsync<TableEntity>(
            TableKeys.Partition(scheduleId), HeadRow, cancellationToken: cancellationToken);
        return found.HasValue
            ? new Head(
                await texts.FindAsync(found.Value!, Record, cancellationToken) is { } record ? StoredJson.Read<ScheduleRecord>(record) : null,
                found.Value!.GetInt64(Number)!.Value,
                found.Value.GetInt64(LastEvent)!.Value,
                found.Value.ETag)
            : null;
    }

    private sealed record Head(ScheduleRecord? Schedule, long Number, long LastEvent, ETag? ETag);
}
