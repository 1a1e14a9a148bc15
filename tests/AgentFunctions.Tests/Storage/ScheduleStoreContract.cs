using AgentFunctions.Budgets;
using AgentFunctions.Schedules;
using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Storage;

/// <summary>What every store of schedules promises.</summary>
public abstract class ScheduleStoreContract(StoreKind kind)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_is_stored_with_its_events_by_who_has_read_its_newest_revision()
    {
        await using var stores = await kind.OpenAsync();
        var first = await stores.Schedules.PutAsync(Schedule("s"), [Event("created")], Cancel);
        Assert.Equal(1, first!.Revision);
        Assert.Null(await stores.Schedules.PutAsync(Schedule("s"), [Event("created")], Cancel));

        var puts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => stores.Schedules.PutAsync(first, [Event("fired"), Event("started")], Cancel))));

        Assert.Equal(2, Assert.Single(puts, put => put is not null)!.Revision);
        Assert.Equal(2, (await stores.Schedules.GetAsync("s", Cancel))!.Revision);
        Assert.Equal(
            [(1L, "created"), (2L, "fired"), (3L, "started")],
            (await stores.Schedules.ListEventsAsync("s", 0, 100, Cancel)).Select(entry => (entry.Sequence, entry.Type)));
        Assert.Equal("started", Assert.Single(await stores.Schedules.ListEventsAsync("s", 2, 1, Cancel)).Type);
    }

    [Fact]
    public async Task A_deleted_schedule_leaves_its_events_and_its_id()
    {
        await using var stores = await kind.OpenAsync();
        await stores.Schedules.PutAsync(Schedule("s"), [Event("created")], Cancel);

        Assert.NotNull(await stores.Schedules.DeleteAsync("s", Event("deleted"), Cancel));
        Assert.Null(await stores.Schedules.DeleteAsync("s", Event("deleted"), Cancel));
        Assert.Null(await stores.Schedules.GetAsync("s", Cancel));
        Assert.Empty(await stores.Schedules.ListAsync(new ScheduleQuery(), Cancel));

        Assert.Equal(1, (await stores.Schedules.PutAsync(Schedule("s"), [Event("created")], Cancel))!.Revision);
        Assert.Single(await stores.Schedules.ListAsync(new ScheduleQuery(), Cancel));
        Assert.Equal([1L, 2, 3], (await stores.Schedules.ListEventsAsync("s", 0, 100, Cancel)).Select(entry => entry.Sequence));
    }

    [Fact]
    public async Task Schedules_are_listed_by_id_a_page_at_a_time()
    {
        await using var stores = await kind.OpenAsync();
        foreach (var id in new[] { "b", "a", "ab", "a-1", "B" })
        {
            await stores.Schedules.PutAsync(Schedule(id) with { Tenant = id == "ab" ? "else" : "acme", ThreadId = id == "b" ? "other" : "case" }, [], Cancel);
        }

        async Task<string> ListAsync(ScheduleQuery query) =>
            string.Join(' ', (await stores.Schedules.ListAsync(query, Cancel)).Select(schedule => schedule.ScheduleId));

        Assert.Equal("B a a-1 ab b", await ListAsync(new ScheduleQuery()));
        Assert.Equal("a-1 ab", await ListAsync(new ScheduleQuery(After: "a", Limit: 2)));
        Assert.Equal("B a a-1 b", await ListAsync(new ScheduleQuery(Tenant: "acme")));
        Assert.Equal("B a a-1 ab", await ListAsync(new ScheduleQuery(ThreadId: "case")));
        Assert.Equal("ab", await ListAsync(new ScheduleQuery(Tenant: "else", ThreadId: "case")));
    }

    private static ScheduleEvent Event(string type) => ScheduleEvent.New(DateTimeOffset.UnixEpoch, type, "user:test");

    private static ScheduleRecord Schedule(string id) => new()
    {
        ScheduleId = id,
        ThreadId = "case",
        Tenant = "acme",
        Work = new ScheduledWork("auditor", "Review", null, null, BudgetLimits.None, null),
        Timing = new ScheduleTiming(Cron: null, "UTC", TimeSpan.FromHours(1), DateTimeOffset.UnixEpoch, EndAt: null),
        Overlap = OverlapPolicy.Skip,
        CatchUpWindow = TimeSpan.FromMinutes(1),
        RequestHash = "h",
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        State = new ScheduleState { Considered = DateTimeOffset.UnixEpoch },
    };
}

public sealed class SqliteScheduleStoreTests() : ScheduleStoreContract(StoreKind.Sqlite);

public sealed class AzuriteScheduleStoreTests() : ScheduleStoreContract(StoreKind.Azurite);
