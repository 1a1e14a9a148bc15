using System.Text.Json.Nodes;
using AgentFunctions.Tests.Rollback;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Replay;

/// <summary>Runs that went back to a checkpoint, carried out again with all their branches.</summary>
public sealed class RolledBackReplayTests
{
    private static TestPack Traveller() => new TestPack()
        .Planner("boss", "tools: [book, keep]\nagents: [clerk]",
            """
            {% if instruction %}{"steps":[{"id":"told","kind":"tool","tool":"keep","args":{"value":{{ instruction | json }}}}]}
            {% else %}{"steps":[
              {"id":"first","kind":"tool","tool":"book","args":{"text":"flight"}},
              {"id":"made","kind":"agent","agent":"clerk","goal":"x","dependsOn":["first"]},
              {"id":"ok","kind":"approval","description":"May I?","dependsOn":["made"]},
              {"id":"each","kind":"fanOut","items":["1","2"],"agent":"clerk","goal":"x","dependsOn":["ok"]}]}{% endif %}
            """)
        .React("clerk", "tools: [book, look_up]",
            """
              - when: results.book == nil
                calls:
                  - {tool: book, args: '{"text": "room {{ input }}"}'}
              - when: results.look_up == nil
                calls:
                  - {tool: look_up, args: '{"text": {{ goal | json }}}'}
              - text: 'done {{ input }}'
            """);

    [Fact]
    public async Task A_run_that_was_paused_approved_and_rolled_back_is_decided_again_on_both_branches()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller());
        var thread = await app.ThreadAsync(0.003m, "poor");
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" }, thread);
        await app.InAsync(runId, "paused");
        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 1m, by = "ana", reason = "Go on." });
        await AnswerAsync(app, runId);
        await app.EndAsync(runId);
        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("first")));
        await AnswerAsync(app, runId);
        var run = await app.EndAsync(runId);
        var export = await Exported.OfAsync(app, runId);

        var replay = await export.ReplayAsync("--json");

        var json = replay.Expect(0).Json;
        Assert.Equal(("completed", 1), ((string)run["status"]!, (int)run["branch"]!));
        Assert.True((bool)json["finished"]!);
        Assert.NotEmpty(export.Events("run.paused"));
        Assert.NotEmpty(export.Events("tool.compensated"));
        Assert.Equal(export.Events().Count(), (int)json["compared"]! + (int)json["given"]!);
    }

    [Fact]
    public async Task Work_that_a_rollback_has_cut_off_and_another_plan_by_an_instruction_are_decided_again()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller());
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Tool == "look_up" ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Value?.DeepClone() ?? JsonValue.Create(call.Text);
        };
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);
        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("first")), instruction: "Only this.");
        gate.Open();
        await app.EndAsync(runId);
        var export = await Exported.OfAsync(app, runId);

        var json = (await export.ReplayAsync("--json")).Expect(0).Json;

        Assert.Equal(export.Events().Count(), (int)json["compared"]! + (int)json["given"]!);
    }

    [Fact]
    public async Task What_was_changed_on_the_branch_after_a_rollback_diverges_there()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller());
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await AnswerAsync(app, runId);
        await app.EndAsync(runId);
        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("made")));
        await AnswerAsync(app, runId);
        await app.EndAsync(runId);
        var export = await Exported.OfAsync(app, runId);
        var last = export.Events("run.completed").Last(entry => (string)entry["runId"]! == runId);
        last["reason"] = "Because.";
        export.Rehash();

        var divergence = (await export.ReplayAsync("--json")).Expect(1).Json["divergence"]!;

        Assert.Equal(((string)last["id"]!, "reason"), ((string)divergence["eventId"]!, (string)divergence["field"]!));
    }

    [Fact]
    public async Task A_changed_cause_diverges_at_its_event()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });
        var export = await Exported.OfAsync(app, (string)run["runId"]!);
        var forged = export.Events("run.completed").Single();
        forged["causationId"] = (string)export.Events("run.created").Single()["id"]!;
        export.Rehash();

        var divergence = (await export.ReplayAsync("--json")).Expect(1).Json["divergence"]!;

        Assert.Equal(((string)forged["id"]!, "causationId"), ((string)divergence["eventId"]!, (string)divergence["field"]!));
    }

    private static async Task AnswerAsync(RuntimeApp app, string runId)
    {
        await app.InAsync(runId, "waiting");
        var list = await app.WhenAsync(
            "approvals?status=pending", all => all["approvals"]!.AsArray().Any(each => (string)each!["runId"]! == runId));
        await app.PostAsync($"approvals/{list["approvals"]![0]!["approvalId"]}", new { type = "accept", by = "ana" });
    }
}
