using AgentFunctions.Local.DurableTask.Tables;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Purges instances that finished long enough ago, a few at a time so that other writes get between.</summary>
internal sealed class RetentionSweep(DurableEngine engine, TimeSpan retention, TimeProvider time)
{
    private const int LargestBatch = 100;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Purges at once and then from time to time, until the engine stops.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var pause = TimeSpan.FromTicks(Math.Clamp(retention.Ticks / 4, Shortest.Ticks, Longest.Ticks));
        try
        {
            while (true)
            {
                await PurgeAsync(stop);
                await Task.Delay(pause, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            engine.Logger.LogDebug("Retention stops.");
        }
    }

    private async Task PurgeAsync(CancellationToken stop)
    {
        var before = engine.Now - retention;
        var total = 0;
        int purged;
        do
        {
            stop.ThrowIfCancellationRequested();
            purged = engine.Database.Read(db => InstanceTable.FinishedBefore(db, before, 1)).Count == 0
                ? 0
                : await engine.Database.WriteAsync(db => Purging.FinishedBefore(db, before, LargestBatch));
            total += purged;
        }
        while (purged == LargestBatch);
        if (total > 0)
        {
            engine.Logger.LogInformation("{Count} instances that finished before {Time} were purged.", total, before);
        }
    }
}
