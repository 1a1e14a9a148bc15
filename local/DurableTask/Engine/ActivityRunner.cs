using System.Threading.Channels;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Orchestrations;
using AgentFunctions.Local.DurableTask.Tables;
using Microsoft.DurableTask;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Runs activities, a bounded number at a time. An activity that the host's end interrupts is run again after a restart.</summary>
internal sealed class ActivityRunner(DurableEngine engine, int concurrency)
{
    private readonly Channel<ActivityItem> queue = Channel.CreateUnbounded<ActivityItem>();

    public void Enqueue(ActivityItem item) => queue.Writer.TryWrite(item);

    /// <summary>Runs until stopped, and returns when the activities that still run have ended.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(() => WorkAsync(stop), CancellationToken.None)));

    private async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && await HasWorkAsync(stop))
        {
            while (!stop.IsCancellationRequested && queue.Reader.TryRead(out var item))
            {
                if (!item.Life.IsTerminated && await OutcomeAsync(item.Call, stop) is { } outcome)
                {
                    engine.Deliver(item.Call.InstanceId, new Delivery(0, item.ExecutionId, outcome));
                }
            }
        }
    }

    private async Task<bool> HasWorkAsync(CancellationToken stop)
    {
        try
        {
            return await queue.Reader.WaitToReadAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<HistoryEvent?> OutcomeAsync(ActivityCall call, CancellationToken stop)
    {
        if (!engine.Functions.HasActivity(call.Name))
        {
            return new TaskFailed(
                call.TaskId,
                new TaskFailureDetails(ErrorTypes.ActivityNotFound, $"There is no activity '{call.Name}'.", null, null, null));
        }

        try
        {
            return new TaskCompleted(call.TaskId, await engine.Functions.RunActivityAsync(call, stop));
        }
        catch (Exception error)
        {
            // What fails while the host stops may fail because it stops.
            return engine.IsInterrupted ? null : new TaskFailed(call.TaskId, FailureDetails.Of(error));
        }
    }
}
