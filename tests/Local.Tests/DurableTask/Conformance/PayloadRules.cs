using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Worker.DurableTask;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

public sealed class PayloadRules
{
    private const int Long = 200_000;

    private static CancellationToken Cancel => DurableApp.Cancel;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Long_payloads_go_everywhere_whole_and_are_stored_once_apart_from_the_histories(bool replays)
    {
        await using var app = await DurableApp.StartSetAsync(
            typeof(Functions), replays ? """{ "extendedSessionsEnabled": false }""" : "{}");
        var text = new string('x', Long);
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("PassesOn", text, Cancel);
        await app.Client.RaiseEventAsync(id, "more", text, Cancel);

        var ended = await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel);

        Assert.Equal(text, ended.ReadOutputAs<string>());
        Assert.Equal(text, ended.ReadInputAs<string>());
        var state = await app.Client.Entities.GetEntityAsync<string>(new EntityInstanceId("Keeper", id), Cancel);
        Assert.Equal(text, state!.State);
        Assert.Equal(1, Scalar(app, "SELECT COUNT(*) FROM durable_payload"));
        Assert.InRange(Scalar(app, "SELECT MAX(length(events)) FROM durable_history"), 1, 10_000);
    }

    [Fact]
    public async Task A_long_payload_goes_with_the_last_that_uses_it()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var first = await app.RunAsync("Echoes", new string('x', Long));
        var second = await app.RunAsync("Echoes", new string('x', Long));

        await app.Client.PurgeInstanceAsync(first.InstanceId, Cancel);
        Assert.Equal(1, Scalar(app, "SELECT COUNT(*) FROM durable_payload"));
        await app.Client.PurgeInstanceAsync(second.InstanceId, Cancel);
        Assert.Equal(0, Scalar(app, "SELECT COUNT(*) FROM durable_payload"));
    }

    [Fact]
    public async Task An_entity_and_an_orchestration_that_goes_on_for_ever_keep_only_the_payloads_of_their_present_state()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var ended = await app.RunAsync("Renews", new Renewal(0, string.Empty));
        Assert.Equal(Long, ended.ReadOutputAs<int>());

        await Eventually.TrueAsync(() => Scalar(app, "SELECT COUNT(*) FROM durable_entity_message") == 0);

        // The last input, and the entity's last state.
        Assert.Equal(2, Scalar(app, "SELECT COUNT(*) FROM durable_payload"));
    }

    [Fact]
    public async Task What_is_long_is_set_in_host_json()
    {
        await using var app = await DurableApp.StartSetAsync(typeof(Functions), """{ "storageProvider": { "longestInlinePayload": 10 } }""");

        var ended = await app.RunAsync("Echoes", "twelve chars");

        Assert.Equal("twelve chars", ended.ReadOutputAs<string>());
        Assert.Equal(1, Scalar(app, "SELECT COUNT(*) FROM durable_payload"));
    }

    [Fact]
    public void A_short_payload_that_looks_like_a_reference_is_no_reference()
    {
        var payloads = new LongPayloads(100);
        var lookalike = PayloadTable.ReferenceTo("something");

        Assert.NotEqual(lookalike, payloads.Put(lookalike));
        Assert.Equal("short", payloads.Put("short"));
    }

    private static long Scalar(DurableApp app, string sql) =>
        app.Services.GetRequiredService<DurableRuntime>().Engine.Database.Read(db => db.Scalar<long>(sql));

    public sealed record Renewal(int Generation, string Text);

    public class Functions : TaskEntity<string>
    {
        [Function("Keeper")]
        public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        public string Keep(string text) => State = text;

        protected override string InitializeState(TaskEntityOperation entityOperation) => string.Empty;

        [Function("PassesOn")]
        public static async Task<string> PassesOn([OrchestrationTrigger] TaskOrchestrationContext context, string text)
        {
            var more = await context.WaitForExternalEvent<string>("more");
            var echoed = await context.CallActivityAsync<string>("Echo", more);
            var child = await context.CallSubOrchestratorAsync<string>("Echoes", echoed);
            var kept = await context.Entities.CallEntityAsync<string>(new EntityInstanceId("Keeper", context.InstanceId), "Keep", child);
            return kept == text ? kept : "different";
        }

        [Function("Echoes")]
        public static Task<string> Echoes([OrchestrationTrigger] TaskOrchestrationContext context, string text) =>
            context.CallActivityAsync<string>("Echo", text);

        [Function("Echo")]
        public static string Echo([ActivityTrigger] string text) => text;

        [Function("Renews")]
        public static async Task<int> Renews([OrchestrationTrigger] TaskOrchestrationContext context, Renewal renewal)
        {
            var text = await context.CallActivityAsync<string>("Echo", new string((char)('a' + renewal.Generation), Long));
            await context.Entities.SignalEntityAsync(new EntityInstanceId("Keeper", "state"), "Keep", text);
            if (renewal.Generation < 5)
            {
                context.ContinueAsNew(new Renewal(renewal.Generation + 1, text));
            }

            return renewal.Text.Length;
        }
    }
}
