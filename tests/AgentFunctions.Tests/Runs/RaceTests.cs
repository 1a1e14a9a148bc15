using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Queue;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Runs;

/// <summary>What comes at the same time, twice, or just before the process died.</summary>
public class RaceTests
{
    [Fact]
    public async Task Many_requests_to_cancel_at_the_same_time_are_one_and_all_are_accepted()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up]",
            """
              - calls:
                  - {tool: look_up, args: '{"text": "x"}'}
            """));
        var gate = new Gate();
        app.Tools.Answer = async (_, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return "x";
        };
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => app.PostAsync($"runs/{runId}/cancel")));
        await app.EndAsync(runId);
        gate.Open();

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Accepted, runId), (answer.Status, (string)answer.Body["runId"]!)));
        Assert.Single(await app.EventsAsync(runId, "run.canceled"));
    }

    [Fact]
    public async Task A_run_that_cannot_start_fails_instead_of_staying_queued()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        var run = new RunRecord
        {
            RunId = "run-of-a-lost-agent",
            ThreadId = await app.ThreadAsync(),
            Tenant = "acme",
            Agent = "gone",
            AgentHash = "gone",
            Goal = "x",
            RootRunId = "run-of-a-lost-agent",
            RequestHash = "x",
            CreatedAt = DateTimeOffset.UtcNow,
        };
        await app.Service<IRunStore>().CreateAsync(run, new AuditDraft("run.created", "user:api"), RuntimeApp.Ended);
        await app.Service<RunQueue>().SendAsync(run, RuntimeApp.Ended);

        var ended = await app.EndAsync(run.RunId);

        Assert.Equal("failed", (string)ended["status"]!);
        Assert.Contains("no agent definition", (string)ended["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_step_of_an_ended_run_stands_as_if_it_were_still_to_come()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "tools: [look_up]\nlimits: {maxReplans: 0}",
            """{"steps":[{"id":"a","kind":"tool","tool":"look_up","args":{"text":"x"}},{"id":"b","kind":"tool","tool":"look_up","args":{"text":"y"},"dependsOn":["a"]}]}"""));
        app.Tools.Answers(_ => throw new ToolFailureException(ToolFailureKind.Unreadable, "It is empty."));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(["failed", "skipped"], run["steps"]!.AsArray().Select(step => (string)step!["status"]!));
        Assert.NotNull(run["steps"]![1]!["reason"]);
    }

    [Fact]
    public async Task Questions_of_a_run_whose_end_was_on_record_before_the_process_died_are_withdrawn_by_the_next_try()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "",
            """{"steps":[{"id":"ask","kind":"approval","description":"Go on?"}]}"""));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.WhenAsync("approvals?status=pending", list => list["approvals"]!.AsArray().Count == 1);

        await app.Service<IRunJournal>().CommitAsync(
            new RunCommit { RunId = runId, Key = "end/Canceled", Patch = new RunPatch { Status = RunStatus.Canceled } }, RuntimeApp.Ended);
        await ActivatorUtilities.CreateInstance<RunEndingActivities>(app.Service<IServiceProvider>())
            .EndTree(new EndRunRequest(runId, RunStatus.Canceled, "ana", "x"), app.Client, RuntimeApp.Ended);

        Assert.Equal("withdrawn", (string)(await app.GetAsync("approvals"))["approvals"]![0]!["status"]!);
    }

    [Fact]
    public async Task A_human_may_ask_for_another_plan_as_often_as_it_takes_and_the_last_edit_counts()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "tools: [look_up]",
            """{"steps":[{"id":"a","kind":"tool","tool":"look_up","args":{"text":"x"}}]}"""));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x", planApproval = true });
        for (var round = 1; round <= 3; round++)
        {
            await AnswerAsync(app, new { type = "response", args = new { text = "Another one." }, by = "ana" });
        }

        var edited = JsonNode.Parse("""{"steps":[{"id":"mine","kind":"tool","tool":"look_up","args":{"text":"y"}}]}""");
        await AnswerAsync(app, new { type = "edit", args = edited, by = "ana" });
        await AnswerAsync(app, new { type = "accept", by = "ana" });
        var run = await app.EndAsync(runId);

        Assert.Equal(("completed", "y"), ((string)run["status"]!, (string)run["result"]!));
    }

    private static async Task AnswerAsync(RuntimeApp app, object answer)
    {
        var list = await app.WhenAsync("approvals?status=pending", each => each["approvals"]!.AsArray().Count == 1);
        var (status, body) = await app.PostAsync($"approvals/{list["approvals"]![0]!["approvalId"]}", answer);
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
    }
}
