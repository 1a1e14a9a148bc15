using AgentFunctions.Benchmarks.Soak;
using CrashHost.Programs;
using Microsoft.DurableTask.Entities;

namespace Benchmarks.Tests;

public sealed class OutcomeCheckTests : IDisposable
{
    private const string Root = "soak-0";
    private readonly string folder = Directory.CreateTempSubdirectory("soak-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_instance_and_its_entities_came_to_is_held_to_the_model()
    {
        await using var host = await SoakHost.StartAsync(folder, Cancel);
        var program = new SoakProgram(Root, new Workflow(new EntityCall(0, Fails: false), null));
        await Batch.StartAsync(host.Client, program.Workflow, Root, Cancel);
        await host.Client.WaitForInstanceCompletionAsync(Root, Cancel);

        var good = await CheckAsync(host.Client, program);
        Assert.Equal((1, 0, 0, 0, 0), (good.Completed, good.LostInstances, good.OtherOutcomes, good.LostWrites, good.DoubledWrites));

        var other = await CheckAsync(host.Client, new SoakProgram(Root, new Workflow(new Throw(), null)));
        Assert.Equal(1, other.OtherOutcomes);

        var lost = await CheckAsync(host.Client, program with { Root = "soak-1" });
        Assert.Equal(1, lost.LostInstances);

        await host.Client.Entities.SignalEntityAsync(new EntityInstanceId(Names.Entity, Names.EntityKey(Root, 0)), "Write", "g0", cancellation: Cancel);
        var doubled = await CheckAsync(host.Client, program, writes: 2);
        Assert.Equal((0, 1), (doubled.LostWrites, doubled.DoubledWrites));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <param name="writes">How many writes to wait for.</param>
    private static async Task<OutcomeCheck> CheckAsync(Microsoft.DurableTask.Client.DurableTaskClient client, SoakProgram program, int writes = 1)
    {
        var check = new OutcomeCheck(client, new Problems());
        await check.SettleAsync(Enumerable.Repeat(new SoakProgram(Root, new Workflow(new EntityCall(0, Fails: false), null)), writes), Cancel);
        await check.CheckAsync(program, Cancel);
        return check;
    }
}
