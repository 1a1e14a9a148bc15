using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Worker.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

/// <summary>
/// One app for all rules of a class, in both ways of running orchestrators: kept in memory while they wait, and run from the start in
/// every turn.
/// </summary>
/// <typeparam name="TFunctions">The app's functions.</typeparam>
public sealed class Apps<TFunctions> : IAsyncLifetime
{
    private DurableApp? keeping;
    private DurableApp? replaying;

    public DurableApp Of(bool replays) => (replays ? replaying : keeping)!;

    public async ValueTask InitializeAsync()
    {
        keeping = await DurableApp.StartAsync(typeof(TFunctions));
        replaying = await DurableApp.StartReplayingAsync(typeof(TFunctions));
    }

    public async ValueTask DisposeAsync()
    {
        await keeping!.DisposeAsync();
        await replaying!.DisposeAsync();
    }
}

internal static class Histories
{
    /// <summary>The stored history of an instance, one list a commit.</summary>
    public static List<List<HistoryEvent>> HistoryOf(this DurableApp app, string instanceId) =>
        app.Services.GetRequiredService<DurableRuntime>().Engine.Database.Read(
            db => HistoryTable.Turns(db, InstanceTable.KeyOf(db, instanceId)!.Value));
}
