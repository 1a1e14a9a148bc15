using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Local.Tests.DurableTask.Conformance;

public sealed class ChildRules(Apps<ChildRules.Functions> apps) : IClassFixture<Apps<ChildRules.Functions>>
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sub_orchestration_without_a_given_id_has_one_of_its_own_which_replay_repeats(bool replays)
    {
        var app = apps.Of(replays);

        var ended = await app.RunAsync("CallsThree", $"generated-{replays}");

        var ids = ended.ReadOutputAs<string[]>()!;
        Assert.Equal(3, ids.Distinct().Count());
        foreach (var id in ids)
        {
            Assert.Equal(OrchestrationRuntimeStatus.Completed, (await app.Client.GetInstanceAsync(id, Cancel))!.RuntimeStatus);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sub_orchestration_has_the_tags_it_is_called_with_and_not_those_of_its_parent(bool replays)
    {
        var app = apps.Of(replays);
        var options = new StartOrchestrationOptions($"tagging-{replays}") { Tags = new Dictionary<string, string> { ["of"] = "parent" } };
        await app.Client.ScheduleNewOrchestrationInstanceAsync("CallsATaggedChild", options, Cancel);
        await app.Client.WaitForInstanceCompletionAsync(options.InstanceId!, Cancel);

        Assert.Equal("child", (await app.Client.GetInstanceAsync($"{options.InstanceId}-tagged", Cancel))!.Tags["of"]);
        Assert.Empty((await app.Client.GetInstanceAsync($"{options.InstanceId}-plain", Cancel))!.Tags);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_entitys_id_is_no_id_of_a_sub_orchestration(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("CallsUnderAnEntitysId");

        Assert.True(ended.FailureDetails!.IsCausedBy<ArgumentException>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Options_given_as_the_input_are_refused(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("MistakesOptionsForInput");

        Assert.True(ended.FailureDetails!.IsCausedBy<ArgumentException>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_orchestration_ends_only_when_its_sub_orchestrations_have_ended(bool replays)
    {
        var app = apps.Of(replays);
        var parent = $"leaves-{replays}";
        await app.Client.ScheduleNewOrchestrationInstanceAsync("LeavesAChild", new StartOrchestrationOptions(parent), Cancel);
        await app.Client.WaitForInstanceStartAsync($"{parent}-child", Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await app.Client.GetInstanceAsync(parent, Cancel))!.RuntimeStatus);

        await app.Client.RaiseEventAsync($"{parent}-child", "go", Cancel);

        Assert.Equal("left", (await app.Client.WaitForInstanceCompletionAsync(parent, true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await app.Client.GetInstanceAsync($"{parent}-child", Cancel))!.RuntimeStatus);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_branch_that_nobody_waits_for_goes_on_to_do_is_done_before_the_orchestration_ends(bool replays)
    {
        var app = apps.Of(replays);

        var ended = await app.RunAsync("LeavesABranch");

        Assert.Equal("left", ended.ReadOutputAs<string>());
        Assert.Equal("third", ended.ReadCustomStatusAs<string>());
    }

    public sealed class Functions
    {
        [Function("TellsItsId")]
        public static string TellsItsId([OrchestrationTrigger] TaskOrchestrationContext context) => context.InstanceId;

        [Function("CallsThree")]
        public static async Task<string[]> CallsThree([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var first = await context.CallSubOrchestratorAsync<string>("TellsItsId");
            return [first, .. await Task.WhenAll(context.CallSubOrchestratorAsync<string>("TellsItsId"), context.CallSubOrchestratorAsync<string>("TellsItsId"))];
        }

        [Function("CallsATaggedChild")]
        public static async Task CallsATaggedChild([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var tags = new Dictionary<string, string> { ["of"] = "child" };
            await context.CallSubOrchestratorAsync("TellsItsId", new TaskOptions(tags: tags).WithInstanceId($"{context.InstanceId}-tagged"));
            await context.CallSubOrchestratorAsync("TellsItsId", new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-plain"));
        }

        [Function("CallsUnderAnEntitysId")]
        public static Task CallsUnderAnEntitysId([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallSubOrchestratorAsync("TellsItsId", new SubOrchestrationOptions(instanceId: "@entity@key"));

        [Function("MistakesOptionsForInput")]
        public static Task MistakesOptionsForInput([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallActivityAsync("Echo", input: new TaskOptions(new RetryPolicy(2, TimeSpan.FromSeconds(1))));

        [Function("LeavesAChild")]
        public static string LeavesAChild([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            _ = context.CallSubOrchestratorAsync("WaitsForGo", new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-child"));
            return "left";
        }

        [Function("WaitsForGo")]
        public static Task WaitsForGo([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<string>("go");

        [Function("LeavesABranch")]
        public static string LeavesABranch([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            async Task BranchAsync()
            {
                foreach (var step in new[] { "first", "second", "third" })
                {
                    context.SetCustomStatus(await context.CallActivityAsync<string>("Echo", step));
                }
            }

            _ = BranchAsync();
            return "left";
        }

        [Function("Echo")]
        public static string Echo([ActivityTrigger] string text) => text;
    }
}
