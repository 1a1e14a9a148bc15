using AgentFunctions.Local.DurableTask.History;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Local.Tests.DurableTask.Conformance;

public sealed class TimerRules(Apps<TimerRules.Functions> apps) : IClassFixture<Apps<TimerRules.Functions>>
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_timer_fires_at_its_time_and_not_before(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("WaitsUntil", DateTime.UtcNow.AddMilliseconds(150));

        Assert.True(ended.ReadOutputAs<DateTime>() >= ended.ReadInputAs<DateTime>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_timer_of_the_past_fires_at_once(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("WaitsUntil", DateTime.UtcNow.AddYears(-1));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_timer_throws_and_does_not_keep_its_orchestration_from_ending(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("CancelsATimerOfYears");

        Assert.Equal("TaskCanceledException", ended.ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_timer_made_with_a_cancelled_token_throws_as_one_that_is_cancelled_later(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("CancelsBeforehand");

        Assert.Equal("TaskCanceledException", ended.ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_orchestration_ends_only_when_its_timers_have_fired_or_were_cancelled(bool replays)
    {
        var app = apps.Of(replays);
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("LeavesATimer", TimeSpan.FromMilliseconds(200), Cancel);

        var ended = await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel);

        Assert.Equal("left", ended.ReadOutputAs<string>());
        Assert.True(ended.LastUpdatedAt - ended.CreatedAt >= TimeSpan.FromMilliseconds(200));
        Assert.Single(app.HistoryOf(id).SelectMany(turn => turn).OfType<TimerFired>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_timer_that_was_not_cancelled_an_orchestration_whose_code_has_returned_goes_on_running(bool replays)
    {
        var app = apps.Of(replays);
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("LeavesATimer", TimeSpan.FromDays(1), Cancel);
        await Eventually.TrueAsync(() => app.HistoryOf(id).Count > 0);

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await app.Client.GetInstanceAsync(id, Cancel))!.RuntimeStatus);
        await app.Client.TerminateInstanceAsync(id, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await app.Client.WaitForInstanceCompletionAsync(id, Cancel)).RuntimeStatus);
    }

    public sealed class Functions
    {
        [Function("WaitsUntil")]
        public static async Task<DateTime> WaitsUntil([OrchestrationTrigger] TaskOrchestrationContext context, DateTime time)
        {
            await context.CreateTimer(time, CancellationToken.None);
            return context.CurrentUtcDateTime;
        }

        [Function("CancelsATimerOfYears")]
        public static async Task<string> CancelsATimerOfYears([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            using var cancel = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromDays(10_000), cancel.Token);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            cancel.Cancel();
            return await ErrorOfAsync(timer);
        }

        [Function("CancelsBeforehand")]
        public static Task<string> CancelsBeforehand([OrchestrationTrigger] TaskOrchestrationContext context) =>
            ErrorOfAsync(context.CreateTimer(TimeSpan.FromDays(1), new CancellationToken(canceled: true)));

        [Function("LeavesATimer")]
        public static string LeavesATimer([OrchestrationTrigger] TaskOrchestrationContext context, TimeSpan delay)
        {
            _ = context.CreateTimer(delay, CancellationToken.None);
            return "left";
        }

        private static async Task<string> ErrorOfAsync(Task task)
        {
            try
            {
                await task;
                return "none";
            }
            catch (OperationCanceledException error)
            {
                return error.GetType().Name;
            }
        }
    }
}
