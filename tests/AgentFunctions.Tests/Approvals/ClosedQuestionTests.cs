using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Rollback;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Approvals;

/// <summary>Questions that nobody needs to answer any more, because their run has ended or goes another way.</summary>
public sealed class ClosedQuestionTests
{
    private static TestPack Asking() => new TestPack().Planner("boss", "tools: [keep]",
        """
        {"steps":[
          {"id":"first","kind":"tool","tool":"keep","args":{"value":1}},
          {"id":"ok","kind":"approval","description":"May I?","dependsOn":["first"]}]}
        """);

    [Fact]
    public async Task What_an_agent_asks_after_its_plan_has_failed_is_withdrawn_at_once_and_the_run_ends()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Planner("boss", "tools: [look_up]\nagents: [clerk]\nlimits: {maxReplans: 0}",
                """
                {"steps":[
                  {"id":"slow","kind":"agent","agent":"clerk","goal":"x"},
                  {"id":"bad","kind":"tool","tool":"look_up","args":{"text":"bad"}}]}
                """)
            .React("clerk", "tools: [write, look_up]\napprovals: {tools: {write: true}}",
                """
                  - when: results.look_up == nil
                    calls:
                      - {tool: look_up, args: '{"text": "slow"}'}
                  - when: results.write == nil
                    calls:
                      - {tool: write, args: '{"text": "one"}'}
                  - text: Done.
                """));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Text == "slow" ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Text == "bad" ? throw new ToolFailureException(ToolFailureKind.Denied, "No.") : JsonValue.Create(call.Text);
        };
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(async () => await app.Service<IRunJournal>().FindAsync(runId, "givenUp/0", RuntimeApp.Ended) is not null);

        gate.Open();
        var run = await app.EndAsync(runId);

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Empty(app.Tools.TextsOf("write"));
        Assert.Single(await app.EventsAsync(runId, "approval.withdrawn"));
        await AssertClosedAsync(app, Assert.Single(await WithdrawnAsync(app)));
    }

    [Fact]
    public async Task A_run_that_is_canceled_takes_its_question_back()
    {
        await using var app = await RuntimeApp.StartAsync(Asking());
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        var question = await app.AskedAsync();

        await app.PostAsync($"runs/{runId}/cancel", new { by = "bob", reason = "Enough." });
        await app.InAsync(runId, "canceled");

        await AssertClosedAsync(app, question);
    }

    [Fact]
    public async Task A_run_that_expires_takes_its_question_back()
    {
        await using var app = await RuntimeApp.StartAsync(Asking());
        var runId = await app.RunAsync(new { agent = "boss", goal = "x", deadline = DateTimeOffset.UtcNow.AddSeconds(2) });
        var question = await app.AskedAsync();

        await app.InAsync(runId, "expired");

        await AssertClosedAsync(app, question);
    }

    [Fact]
    public async Task A_run_that_is_rolled_back_takes_its_question_back_and_asks_another_one()
    {
        await using var app = await RuntimeApp.StartAsync(Asking());
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        var question = await app.AskedAsync();

        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("first")));
        var next = await app.AskedAsync();

        Assert.NotEqual(question.Id(), next.Id());
        await AssertClosedAsync(app, question);
        await app.AnswerAsync(next, "accept");
        Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
    }

    private static async Task<IReadOnlyList<JsonObject>> WithdrawnAsync(RuntimeApp app) =>
        [.. (await app.GetAsync("approvals?status=withdrawn"))["approvals"]!.AsArray().Select(each => each!.AsObject())];

    /// <summary>It is closed as soon as the end is on record, or a moment later.</summary>
    private static async Task AssertClosedAsync(RuntimeApp app, JsonObject question)
    {
        await app.WhenAsync($"approvals/{question.Id()}", shown => (string)shown["status"]! == "withdrawn");
        var (status, problem) = await app.AnswerAsync(question, "accept");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("withdrawn", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(
            question.Id(), (await app.GetAsync("approvals?status=pending"))["approvals"]!.AsArray().Select(each => (string)each!["approvalId"]!));
    }
}
