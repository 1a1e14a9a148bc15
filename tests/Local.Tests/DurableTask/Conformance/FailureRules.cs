using AgentFunctions.Local.DurableTask.History;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Local.Tests.DurableTask.Conformance;

public sealed class FailureRules(Apps<FailureRules.Functions> apps) : IClassFixture<Apps<FailureRules.Functions>>
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_is_told_through_all_the_orchestrations_above_each_of_which_wraps_it(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("Nests", 2);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        var top = ended.FailureDetails!;
        var child = top.InnerFailure!;
        var grandchild = child.InnerFailure!;
        var activity = grandchild.InnerFailure!;
        Assert.True(top.IsCausedBy<TaskFailedException>() && child.IsCausedBy<TaskFailedException>() && grandchild.IsCausedBy<TaskFailedException>());
        Assert.True(activity.IsCausedBy<OddException>());
        Assert.True(activity.IsCausedBy<ArgumentException>(), "A base type counts.");
        Assert.False(activity.IsCausedBy<InvalidOperationException>());
        Assert.Equal("odd", activity.ErrorMessage);
        Assert.Equal("Task 'Nests' (#0) failed with an unhandled exception: Task 'Nests' (#0) failed with an unhandled exception: Task 'Throws' (#0) failed with an unhandled exception: odd", top.ErrorMessage);
        Assert.True(activity.InnerFailure!.IsCausedBy<FormatException>());
        Assert.Contains(nameof(Functions.Throws), activity.StackTrace, StringComparison.Ordinal);
        Assert.Null(activity.InnerFailure.InnerFailure);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_call_tells_its_tasks_name_and_number_and_why(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("TellsWhatFailed");

        Assert.Equal(
            ["Throws #1 Local.Tests.DurableTask.Conformance.FailureRules+OddException: odd", "Nests #2 Microsoft.DurableTask.TaskFailedException"],
            ended.ReadOutputAs<string[]>()!.Select(line => line.StartsWith("Nests", StringComparison.Ordinal) ? line[..line.IndexOf(':', StringComparison.Ordinal)] : line));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_entitys_failure_is_the_inner_failure_of_the_orchestration_that_called_it(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("CallsAnOddEntity");

        Assert.True(ended.FailureDetails!.IsCausedBy<EntityOperationFailedException>());
        Assert.True(ended.FailureDetails.InnerFailure!.IsCausedBy<OddException>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_orchestrator_may_throw_an_exception_of_its_own_around_a_failed_call(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("Wraps");

        Assert.True(ended.FailureDetails!.IsCausedBy<InvalidOperationException>());
        Assert.True(ended.FailureDetails.InnerFailure!.IsCausedBy<TaskFailedException>());
        Assert.True(ended.FailureDetails.InnerFailure.InnerFailure!.IsCausedBy<OddException>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failing_orchestration_fails_when_what_it_has_started_has_ended(bool replays)
    {
        var app = apps.Of(replays);

        var ended = await app.RunAsync("FailsBesideSlowWork");

        Assert.Equal("at once", ended.FailureDetails!.ErrorMessage);
        var history = app.HistoryOf(ended.InstanceId).SelectMany(turn => turn).ToList();
        Assert.Single(history.OfType<TaskCompleted>());
        Assert.IsType<ExecutionCompleted>(history[^1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_orchestration_that_throws_after_it_asked_to_continue_as_new_fails(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("ContinuesAndThrows");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal("not again", ended.FailureDetails!.ErrorMessage);
    }

    [Fact]
    public void Failure_details_know_only_exceptions_and_only_those_that_can_be_found()
    {
        var unknown = new TaskFailureDetails("No.Such.Type", "message", null, null, null);

        Assert.False(unknown.IsCausedBy<Exception>());
        Assert.False(new TaskFailureDetails(string.Empty, "message", null, null, null).IsCausedBy<Exception>());
        Assert.Throws<ArgumentException>(() => unknown.IsCausedBy(typeof(string)));
        Assert.Equal("No.Such.Type: message", unknown.ToString());
    }

    public sealed class OddException(string message, Exception inner) : ArgumentException(message, inner);

    public sealed class Functions : TaskEntity<int>
    {
        [Function("Nests")]
        public static Task Nests([OrchestrationTrigger] TaskOrchestrationContext context, int depth) => depth == 0
            ? context.CallActivityAsync("Throws")
            : context.CallSubOrchestratorAsync("Nests", depth - 1);

        [Function("Throws")]
        public static void Throws([ActivityTrigger] string? nothing) => throw new OddException("odd", new FormatException("cause"));

        [Function("TellsWhatFailed")]
        public static async Task<string[]> TellsWhatFailed([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            var told = new List<string>();
            foreach (var call in new Func<Task>[] { () => context.CallActivityAsync("Throws"), () => context.CallSubOrchestratorAsync("Nests", 0) })
            {
                try
                {
                    await call();
                }
                catch (TaskFailedException failed)
                {
                    told.Add($"{failed.TaskName} #{failed.TaskId} {failed.FailureDetails}");
                }
            }

            return [.. told];
        }

        [Function("CallsAnOddEntity")]
        public static Task CallsAnOddEntity([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.Entities.CallEntityAsync(new EntityInstanceId("Odd", context.InstanceId), "BeOdd");

        [Function("Odd")]
        public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        public void BeOdd() => throw new OddException("odd", new FormatException("cause"));

        [Function("Wraps")]
        public static async Task Wraps([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallActivityAsync("Throws");
            }
            catch (TaskFailedException failed)
            {
                throw new InvalidOperationException("wrapped", failed);
            }
        }

        [Function("FailsBesideSlowWork")]
        public static async Task FailsBesideSlowWork([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            _ = context.CallActivityAsync("Slow");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            throw new InvalidOperationException("at once");
        }

        [Function("Slow")]
        public static Task Slow([ActivityTrigger] string? nothing) => Task.Delay(TimeSpan.FromMilliseconds(60));

        [Function("ContinuesAndThrows")]
        public static void ContinuesAndThrows([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            context.ContinueAsNew();
            throw new InvalidOperationException("not again");
        }
    }
}
