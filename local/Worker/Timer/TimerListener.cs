using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.Worker.Timer;

/// <summary>Runs one timer function on its schedule, never twice at once.</summary>
internal sealed class TimerListener(
    LocalFunction function,
    TimerSchedule schedule,
    ScheduleStatusFile file,
    FunctionInvoker invoker,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly TimerTriggerAttribute trigger = (TimerTriggerAttribute)function.Trigger;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public async Task RunAsync(CancellationToken stop)
    {
        var isMonitored = trigger.UseMonitor && !schedule.IsFrequent(Now);
        var status = isMonitored ? file.Read() : null;
        var isPastDue = status is not null && status.Next <= Now;
        if (isMonitored && status is null)
        {
            status = new ScheduleStatus { Next = schedule.Next(Now) ?? DateTime.MaxValue, LastUpdated = Now };
            file.Write(status);
        }

        if (isPastDue || trigger.RunOnStartup)
        {
            status = await RunOnceAsync(status, isPastDue, stop);
        }

        while (!stop.IsCancellationRequested)
        {
            if ((status?.Next ?? schedule.Next(Now)) is not { } next || next == DateTime.MaxValue)
            {
                logger.LogInformation("The timer function '{Function}' has no further occurrence.", function.Name);
                return;
            }

            await DelayUntilAsync(next, stop);
            status = await RunOnceAsync(status, isPastDue: false, stop);
        }
    }

    private async Task<ScheduleStatus?> RunOnceAsync(ScheduleStatus? status, bool isPastDue, CancellationToken stop)
    {
        var due = Now;
        try
        {
            await invoker.InvokeAsync(
                new Invocation.Invocation(function, new TimerInfo { ScheduleStatus = status, IsPastDue = isPastDue }), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            logger.LogError(error, "The timer function '{Function}' failed.", function.Name);
        }

        if (status is null)
        {
            return null;
        }

        var updated = new ScheduleStatus { Last = due, Next = schedule.Next(Now) ?? DateTime.MaxValue, LastUpdated = Now };
        file.Write(updated);
        return updated;
    }

    private async Task DelayUntilAsync(DateTime next, CancellationToken stop)
    {
        for (var left = next - Now; left > TimeSpan.Zero; left = next - Now)
        {
            await Task.Delay(left < LongestDelay ? left : LongestDelay, time, stop);
        }
    }
}
