using System.Globalization;
using AgentFunctions.Runs;
using AgentFunctions.Storage.Journal;
using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>A row under a tenant: what is counted.</summary>
internal sealed record WaitingOfTenant(string Tenant, string RunId, RunPriority Priority, DateTimeOffset Since);

/// <summary>The rows of the table of waiting runs.</summary>
internal sealed class WaitingRows(StorageAccount account, EntityTexts texts, TimeProvider time)
{
    private const string Own = "waiting";
    private const string Record = "Record";
    private const string Name = "Name";

    /// <summary>Longer than adding a run takes: a row whose run has no row of its own, or another place, is left over by then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    private static readonly string Lanes = TableKeys.Partition("lanes");
    private static readonly string Tenants = TableKeys.Partition("tenants");

    public async Task PutAsync(WaitingRun run, CancellationToken cancellationToken)
    {
        var before = await FindAsync(run.RunId, cancellationToken);
        var lane = new TableEntity(OfLane(run.Lane), Place(run));
        var own = new TableEntity(OfRun(run.RunId), Own);
        foreach (var row in (TableEntity[])[lane, own])
        {
            await texts.SetAsync(row, Record, StoredJson.Write(run), cancellationToken);
        }

        var tenant = new TableEntity(OfTenant(run.Tenant), Place(run))
        {
            [nameof(WaitingRun.RunId)] = run.RunId,
            [nameof(WaitingRun.Priority)] = Words.Of(run.Priority),
            [nameof(WaitingRun.Since)] = run.Since,
        };
        await UpsertAsync(Named(Lanes, run.Lane), cancellationToken);
        await UpsertAsync(Named(Tenants, run.Tenant), cancellationToken);
        await Task.WhenAll(UpsertAsync(lane, cancellationToken), UpsertAsync(tenant, cancellationToken));
        await UpsertAsync(own, cancellationToken);
        if (before is not null && (before.Lane != run.Lane || before.Rank != run.Rank))
        {
            await DeletePlacesAsync(before, cancellationToken);
        }
    }

    public async Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        if (await FindAsync(runId, cancellationToken) is { } run)
        {
            await (await TableAsync()).DeleteEntityAsync(OfRun(runId), Own, ETag.All, cancellationToken);
            await DeletePlacesAsync(run, cancellationToken);
        }
    }

    public async Task<WaitingRun?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var found = await (await TableAsync()).GetEntityIfExistsAsync<TableEntity>(OfRun(runId), Own, cancellationToken: cancellationToken);
        return found.HasValue ? StoredJson.Read<WaitingRun>(await texts.GetAsync(found.Value!, Record, cancellationToken)) : null;
    }

    /// <summary>The names of all lanes that there are, and maybe of some that have become empty.</summary>
    public Task<IReadOnlyList<string>> LanesAsync(CancellationToken cancellationToken) => NamesAsync(Lanes, cancellationToken);

    /// <summary>Runs of a lane in their order.</summary>
    public async Task<IReadOnlyList<WaitingRun>> OfLaneAsync(string lane, WaitingRun? behind, int count, CancellationToken cancellationToken)
    {
        var (partition, from) = (OfLane(lane), behind is null ? "" : Place(behind));
        var runs = new List<WaitingRun>();
        var hasRows = false;
        await foreach (var row in (await TableAsync()).QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from}"),
            Math.Clamp(count, 1, 1000),
            cancellationToken: cancellationToken))
        {
            hasRows = true;
            if (runs.Count >= count)
            {
                break;
            }

            var run = StoredJson.Read<WaitingRun>(await texts.GetAsync(row, Record, cancellationToken));
            if (await FindAsync(run.RunId, cancellationToken) is { } own && own.Lane == run.Lane && own.Rank == run.Rank)
            {
                runs.Add(own);
            }
            else if (row.Timestamp < time.GetUtcNow() - Grace)
            {
                await DeletePlacesAsync(run, cancellationToken);
            }
        }

        if (!hasRows && behind is null)
        {
            await ForgetAsync(Lanes, lane, cancellationToken);
        }

        return runs;
    }

    /// <summary>How many of its tenant go before a run.</summary>
    public async Task<int> CountBeforeAsync(WaitingRun run, CancellationToken cancellationToken)
    {
        var (partition, to) = (OfTenant(run.Tenant), Place(run));
        var count = 0;
        await foreach (var row in (await TableAsync()).QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey lt {to}"), select: ["RowKey"], cancellationToken: cancellationToken))
        {
            count++;
        }

        return count;
    }

    /// <summary>All runs that wait, by tenant.</summary>
    public async Task<IReadOnlyList<WaitingOfTenant>> OfTenantsAsync(CancellationToken cancellationToken)
    {
        var found = new List<WaitingOfTenant>();
        foreach (var tenant in await NamesAsync(Tenants, cancellationToken))
        {
            var (partition, count) = (OfTenant(tenant), found.Count);
            await foreach (var row in (await TableAsync()).QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancellationToken))
            {
                found.Add(new WaitingOfTenant(
                    tenant,
                    row.GetString(nameof(WaitingRun.RunId)),
                    Enum.Parse<RunPriority>(row.GetString(nameof(WaitingRun.Priority)), ignoreCase: true),
                    row.GetDateTimeOffset(nameof(WaitingRun.Since))!.Value));
            }

            if (found.Count == count)
            {
                await ForgetAsync(Tenants, tenant, cancellationToken);
            }
        }

        return found;
    }

    private static string OfRun(string runId) => TableKeys.Partition($"run/{runId}");

    private static string OfLane(string lane) => TableKeys.Partition($"lane/{lane}");

    private static string OfTenant(string tenant) => TableKeys.Partition($"tenant/{tenant}");

    /// <summary>By rank, which may be below 0, then by id.</summary>
    private static string Place(WaitingRun run) => string.Create(
        CultureInfo.InvariantCulture, $"{unchecked((ulong)run.Rank ^ (1UL << 63)):D20}.{TableKeys.Encode(run.RunId)}");

    private static TableEntity Named(string directory, string name) => new(directory, TableKeys.Encode(name)) { [Name] = name };

    private Task<TableClient> TableAsync() => account.TableAsync(StoreTable.Waiting);

    private async Task UpsertAsync(TableEntity row, CancellationToken cancellationToken) =>
        await (await TableAsync()).UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);

    private async Task DeletePlacesAsync(WaitingRun run, CancellationToken cancellationToken)
    {
        var table = await TableAsync();
        await Task.WhenAll(
            table.DeleteEntityAsync(OfLane(run.Lane), Place(run), ETag.All, cancellationToken),
            table.DeleteEntityAsync(OfTenant(run.Tenant), Place(run), ETag.All, cancellationToken));
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string directory, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var row in (await TableAsync()).QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {directory}"), cancellationToken: cancellationToken))
        {
            names.Add(row.GetString(Name));
        }

        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <summary>Takes a name that has become empty out of its directory, unless somebody has just written it again.</summary>
    private async Task ForgetAsync(string directory, string name, CancellationToken cancellationToken)
    {
        var table = await TableAsync();
        var found = await table.GetEntityIfExistsAsync<TableEntity>(directory, TableKeys.Encode(name), cancellationToken: cancellationToken);
        if (!found.HasValue || found.Value!.Timestamp > time.GetUtcNow() - Grace)
        {
            return;
        }

        try
        {
            await table.DeleteEntityAsync(directory, found.Value.RowKey, found.Value.ETag, cancellationToken);
        }
        catch (RequestFailedException error) when (Optimism.IsConflict(error))
        {
            // A run has come to it meanwhile.
            return;
        }
    }
}
