using AgentFunctions;
using LogisticsStorm.Dispatching;

namespace LogisticsStorm.Tests.Dispatching;

public sealed class DispatchLedgerTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_same_call_dispatches_once_and_answers_alike_also_in_another_process()
    {
        var path = folder.File("data/ledger.jsonl");
        using var ledger = new DispatchLedger(path);
        var first = await Dispatch(ledger, Order("k1", vehicles: ["v1", "v2"]));
        var again = await Dispatch(ledger, Order("k1", vehicles: ["v2"]));
        using var other = new DispatchLedger(path);
        var later = await Dispatch(other, Order("k1", vehicles: ["v1"]));
        Assert.Equal(("v1", "v1", "v1"), (first.VehicleId, again.VehicleId, later.VehicleId));
        Assert.Single(DispatchLedger.ReadLines(path));
    }

    [Fact]
    public async Task A_truck_that_is_taken_is_not_sent_twice_and_the_next_one_is()
    {
        using var ledger = new DispatchLedger(folder.File("ledger.jsonl"));
        await Dispatch(ledger, Order("k1", "c1", ["v1", "v2"], 100, 190));
        var second = await Dispatch(ledger, Order("k2", "c2", ["v1", "v2"], 189, 279));
        var none = await Assert.ThrowsAsync<ToolFailureException>(() => Dispatch(ledger, Order("k3", "c3", ["v1", "v2"], 188, 200)));
        var after = await Dispatch(ledger, Order("k4", "c4", ["v1"], 190, 280));
        Assert.Equal(("v2", ToolFailureKind.NotFound, "v1"), (second.VehicleId, none.Kind, after.VehicleId));
        Assert.Empty(LedgerInvariants.DoubleDispatches(DispatchLedger.ReadLines(ledger.Path)));
    }

    [Fact]
    public async Task No_departure_takes_more_than_it_can()
    {
        using var ledger = new DispatchLedger(folder.File("ledger.jsonl"));
        await Dispatch(ledger, Order("k1", "c1", ["v1"], tonnes: 6));
        var full = await Assert.ThrowsAsync<ToolFailureException>(() => Dispatch(ledger, Order("k2", "c2", ["v2"], tonnes: 5)));
        await Dispatch(ledger, Order("k3", "c3", ["v2"], tonnes: 4));
        Assert.Equal(ToolFailureKind.NotFound, full.Kind);
        Assert.Equal(["k1", "k3"], DispatchLedger.ReadLines(ledger.Path).Select(line => line.Key));
    }

    [Fact]
    public async Task Cargo_is_not_dispatched_by_a_second_call()
    {
        using var ledger = new DispatchLedger(folder.File("ledger.jsonl"));
        await Dispatch(ledger, Order("k1", "c1", ["v1"]));
        var second = await Assert.ThrowsAsync<ToolFailureException>(() => Dispatch(ledger, Order("k2", "c1", ["v2"])));
        Assert.Equal(ToolFailureKind.Denied, second.Kind);
    }

    [Fact]
    public async Task Parallel_calls_of_two_processes_over_few_trucks_leave_a_ledger_in_which_everything_holds()
    {
        var path = folder.File("ledger.jsonl");
        using var one = new DispatchLedger(path);
        using var two = new DispatchLedger(path);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 80).Select(number => Task.Run(async () =>
        {
            try
            {
                await Dispatch(number % 2 == 0 ? one : two, Order($"k{number / 2}", $"c{number / 2}", ["v1", "v2", "v3"], number / 8 * 50, (number / 8 * 50) + 90, tonnes: 1));
                return true;
            }
            catch (ToolFailureException)
            {
                return false;
            }
        })));
        var lines = DispatchLedger.ReadLines(path);
        Assert.Contains(true, outcomes);
        Assert.Empty(LedgerInvariants.DoubleDispatches(lines));
        Assert.Equal(lines.Count, lines.DistinctBy(line => line.Key).Count());
        Assert.Equal(lines.Count, lines.DistinctBy(line => line.CargoId).Count());
        Assert.True(lines.Sum(line => line.Tonnes) <= 10);
    }

    [Fact]
    public async Task A_line_torn_by_a_kill_is_cut_off_and_its_call_dispatches_anew()
    {
        var path = folder.File("ledger.jsonl");
        using (var ledger = new DispatchLedger(path))
        {
            await Dispatch(ledger, Order("k1", "c1", ["v1"], tonnes: 1));
            await Dispatch(ledger, Order("k2", "c2", ["v2"], tonnes: 1));
        }

        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(path, bytes[..^20], TestContext.Current.CancellationToken);
        Assert.Single(DispatchLedger.ReadLines(path));
        using var again = new DispatchLedger(path);
        Assert.True((await again.ReadAsync(TestContext.Current.CancellationToken)).IsFree("v2", 0, 90));
        await Dispatch(again, Order("k2", "c2", ["v2"], tonnes: 1));
        Assert.Equal(["k1", "k2"], DispatchLedger.ReadLines(path).Select(line => line.Key));
    }

    private static Task<Dispatch> Dispatch(DispatchLedger ledger, DispatchOrder order) =>
        ledger.DispatchAsync(order, capacityOf: _ => 10, TestContext.Current.CancellationToken);

    private static DispatchOrder Order(
        string key, string cargo = "c1", string[]? vehicles = null, int from = 0, int until = 90, int tonnes = 2) =>
        new(key, "tenant", $"run-{key}", cargo, tonnes, vehicles ?? ["v1"], from, until, ["d1"], "q1", 12.5m);
}
