using System.Runtime.CompilerServices;
using AgentFunctions.Storage.Journal;
using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

internal sealed class TableApprovalStore(
    StorageAccount account, EntityTexts texts, IndexTable index, HybridClock clock, TimeProvider time) : IApprovalStore
{
    private const string Row = "approval";
    private const string Record = "Record";
    private const string Number = "Number";
    private const string StatusPlace = "StatusPlace";
    private const int Page = 100;

    public async Task<ApprovalRecord> CreateAsync(ApprovalRecord approval, CancellationToken cancellationToken)
    {
        if (await FindAsync(approval.ApprovalId, cancellationToken) is { } existing)
        {
            return existing.Approval;
        }

        var place = clock.Next();
        var head = new Head(approval, place, place, default);
        await index.PutAsync([.. ApprovalIndex.Fixed(approval, place), .. ApprovalIndex.OfStatus(approval, place, place)], cancellationToken);
        try
        {
            await (await TableAsync()).AddEntityAsync(await EntityAsync(head, cancellationToken), cancellationToken);
            return approval;
        }
        catch (RequestFailedException error) when (Optimism.IsConflict(error))
        {
            return (await FindAsync(approval.ApprovalId, cancellationToken))!.Approval;
        }
    }

    public async Task<ApprovalRecord?> GetAsync(string approvalId, CancellationToken cancellationToken) =>
        (await FindAsync(approvalId, cancellationToken))?.Approval;

    public async Task<IReadOnlyList<ApprovalRecord>> ListAsync(
        ApprovalStatus? status, string? tenant, CancellationToken cancellationToken)
    {
        var approvals = new List<ApprovalRecord>();
        await foreach (var head in ReadAsync(ApprovalIndex.Partition(status, tenant), "", cancellationToken))
        {
            approvals.Add(head.Approval);
        }

        return approvals;
    }

    public async Task<ApprovalPage> PageAsync(ApprovalQuery query, CancellationToken cancellationToken)
    {
        var page = new List<Head>();
        await foreach (var head in ReadAsync(
            ApprovalIndex.Partition(query.Status, query.Tenant), ApprovalIndex.After(query.After), cancellationToken))
        {
            // Approvals that two processes have created in the same microsecond are not parted.
            if (page.Count >= query.Limit && head.Number != page[^1].Number)
            {
                return new ApprovalPage([.. page.Select(each => each.Approval)], page[^1].Number);
            }

            page.Add(head);
        }

        return new ApprovalPage([.. page.Select(each => each.Approval)], Cursor: null);
    }

    public async Task<IReadOnlyList<ApprovalRecord>> ListOfRunAsync(string runId, CancellationToken cancellationToken)
    {
        var approvals = new List<ApprovalRecord>();
        await foreach (var head in ReadAsync(ApprovalIndex.PartitionOfRun(runId), "", cancellationToken))
        {
            approvals.Add(head.Approval);
        }

        return approvals;
    }

    public Task<ApprovalRecord?> UpdateAsync(
        string approvalId, Func<ApprovalRecord, ApprovalRecord> change, CancellationToken cancellationToken) => Optimism.TryAsync(
        async _ =>
        {
            if (await FindAsync(approvalId, cancellationToken) is not { } before)
            {
                return null;
            }

            var after = change(before.Approval);
            if (!ReferenceEquals(after, before.Approval))
            {
                await ReplaceAsync(before, after, cancellationToken);
            }

            return after;
        },
        cancellationToken);

    public async Task<IReadOnlyList<ApprovalRecord>> WithdrawAsync(string runId, CancellationToken cancellationToken)
    {
        var approvals = new List<ApprovalRecord>();
        foreach (var approval in await ListOfRunAsync(runId, cancellationToken))
        {
            approvals.Add((await UpdateAsync(
                approval.ApprovalId,
                each => each.Status == ApprovalStatus.Pending ? each with { Status = ApprovalStatus.Withdrawn } : each,
                cancellationToken))!);
        }

        return [.. approvals.Where(approval => approval.Status == ApprovalStatus.Withdrawn)];
    }

    private async Task ReplaceAsync(Head before, ApprovalRecord approval, CancellationToken cancellationToken)
    {
        var hasMoved = approval.Status != before.Approval.Status;
        var after = before with { Approval = approval, StatusPlace = hasMoved ? clock.Next() : before.StatusPlace };
        if (hasMoved)
        {
            await index.PutAsync(ApprovalIndex.OfStatus(approval, after.Number, after.StatusPlace), cancellationToken);
        }

        await (await TableAsync()).UpdateEntityAsync(
            await EntityAsync(after, cancellationToken), before.ETag, TableUpdateMode.Replace, cancellationToken);
        if (hasMoved)
        {
            await index.DeleteAsync(ApprovalIndex.OfStatus(before.Approval, before.Number, before.StatusPlace), cancellationToken);
        }
    }

    private async IAsyncEnumerable<Head> ReadAsync(
        string ofPartition, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in index.ReadAsync([ofPartition], after, group: null, Page, cancellationToken))
        {
            var head = await FindAsync(row.Id, cancellationToken);
            if (head is not null && row.Fits(head.Number, head.StatusPlace))
            {
                yield return head;
            }
            else if (row.IsStale(head?.Number, head?.StatusPlace ?? 0, time.GetUtcNow()))
            {
                await index.DeleteAsync([row], cancellationToken);
            }
        }
    }

    private Task<TableClient> TableAsync() => account.TableAsync(StoreTable.Approvals);

    private async Task<Head?> FindAsync(string approvalId, CancellationToken cancellationToken)
    {
        var found = await (await TableAsync()).GetEntityIfExistsAsync<TableEntity>(
            TableKeys.Partition(approvalId), Row, cancellationToken: cancellationToken);
        if (!found.HasValue)
        {
            return null;
        }

        var entity = found.Value!;
        var head = new Head(
            StoredJson.Read<ApprovalRecord>(await texts.GetAsync(entity, Record, cancellationToken)),
            entity.GetInt64(Number)!.Value,
            entity.GetInt64(StatusPlace)!.Value,
            entity.ETag);
        clock.Observe(head.StatusPlace);
        return head;
    }

    private async Task<TableEntity> EntityAsync(Head head, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(TableKeys.Partition(head.Approval.ApprovalId), Row)
        {
            [nameof(ApprovalRecord.RunId)] = head.Approval.RunId,
            [nameof(ApprovalRecord.Tenant)] = head.Approval.Tenant,
            [nameof(ApprovalRecord.Status)] = Words.Of(head.Approval.Status),
            [Number] = head.Number,
            [StatusPlace] = head.StatusPlace,
        };
        await texts.SetAsync(entity, Record, StoredJson.Write(head.Approval), cancellationToken);
        return entity;
    }

    private sealed record Head(ApprovalRecord Approval, long Number, long StatusPlace, ETag ETag);
}
