using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Rollback;

/// <summary>Planned runs that are returned to a checkpoint over HTTP.</summary>
public sealed class RollbackTests
{
    private const string Bookings =
        """
        {"steps":[
          {"id":"first","kind":"tool","tool":"book","args":{"text":"flight"}},
          {"id":"second","kind":"tool","tool":"book","args":{"text":"hotel"},"dependsOn":["first"]},
          {"id":"third","kind":"tool","tool":"book","args":{"text":"car"},"dependsOn":["second"]},
          {"id":"report","kind":"tool","tool":"write_file","args":{"path":"report.txt","content":"all booked"},"dependsOn":["third"]}]}
        """;

    private static TestPack Traveller(string plan = Bookings, string limits = "") => new TestPack()
        .Planner("boss", $"tools: [book, write_file, write, keep, check_file]\nagents: [clerk]\nlimits: {{{limits}}}", plan)
        .React("clerk", "tools: [book, look_up]",
            """
              - when: results.book == nil
                calls:
                  - {tool: book, args: '{"text": {{ input | json }}}'}
              - when: results.look_up == nil
                calls:
                  - {tool: look_up, args: '{"text": {{ input | json }}}'}
              - text: 'done {{ input }}'
            """);

    [Fact]
    public async Task Effects_after_the_checkpoint_are_compensated_in_reverse_order_once_and_the_run_does_them_again()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller());
        app.Tools.Answers(call => call.Tool == "book" ? JsonValue.Create($"number of {call.Text}") : null);
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.EndAsync(runId);

        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("first")));
        var run = await app.EndAsync(runId);

        Assert.Equal("completed", (string)run["status"]!);
        var undone = app.Tools.Attempts.Where(call => call.Tool == "unbook").ToList();
        Assert.Equal(["car", "hotel"], undone.Select(call => call.Text));
        Assert.Equal(["number of car", "number of hotel"], undone.Select(call => (string)call.Value!));
        Assert.Equal(["flight", "hotel", "car", "hotel", "car"], app.Tools.TextsOf("book"));
        var keys = app.Tools.Attempts.Where(call => call.Tool == "book").Select(call => call.Context.IdempotencyKey).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(2, (await app.EventsAsync(runId, "tool.compensated")).Count);
    }

    [Fact]
    public async Task The_audit_log_shows_both_branches_and_holds_and_what_was_paid_stays_paid()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller());
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        var before = await app.EndAsync(runId);

        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("second")));
        var run = await app.EndAsync(runId);

        var ended = (await app.EventsAsync(runId, "step.completed")).Select(entry => ($"{entry["stepId"]}", (int?)entry["branch"] ?? 0));
        Assert.Equal(
            [("first", 0), ("second", 0), ("third", 0), ("report", 0), ("third", 1), ("report", 1)], ended);
        var rolledBack = Assert.Single(await app.EventsAsync(runId, "run.rolledBack"));
        Assert.Equal(("ana", "It went wrong."), ((string)rolledBack["actor"]!["id"]!, (string)rolledBack["reason"]!));
        Assert.True((bool)(await app.GetAsync($"runs/{runId}/audit/verify?tree=true"))["verified"]!);
        Assert.Equal((decimal)before["usage"]!["costUsd"]!, (decimal)run["usage"]!["costUsd"]!);
        Assert.Equal(6, (int)run["usage"]!["toolCalls"]!);
        var budget = (await app.WhenAsync("threads/case", view => (decimal)view["budget"]!["reservedUsd"]! == 0))["budget"]!;
        Assert.Equal((decimal)run["usage"]!["costUsd"]!, (decimal)budget["spentUsd"]!);
    }

    [Fact]
    public async Task Running_work_is_cancelled_with_its_children_and_their_effects_are_compensated()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller(
            """
            {"steps":[
              {"id":"first","kind":"tool","tool":"write_file","args":{"path":"a.txt","content":"first"}},
              {"id":"each","kind":"fanOut","items":["1","2","3"],"agent":"clerk","goal":"x","dependsOn":["first"]}]}
            """));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call is { Tool: "look_up", Context.IdempotencyKey: var key } && !key.Contains("-b", StringComparison.Ordinal)
                ? gate.PassAsync(cancellationToken)
                : Task.CompletedTask);
            return call.Text;
        };
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 3);
        var old = (await app.GetAsync($"runs/{runId}"))["children"]!["items"]!.AsArray().Select(child => (string)child!["runId"]!).ToList();

        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("first")));
        gate.Open();
        var run = await app.EndAsync(runId);

        Assert.Equal(["done 1", "done 2", "done 3"], run["result"]!.AsArray().Select(child => (string)child!["output"]!));
        Assert.Equal(["3", "2", "1"], app.Tools.TextsOf("unbook").OrderDescending());
        foreach (var child in old)
        {
            var abandoned = await app.GetAsync($"runs/{child}");
            Assert.Equal(("canceled", null), ((string)abandoned["status"]!, abandoned["result"]?.ToString()));
        }

        Assert.Equal(3, (int)run["children"]!["total"]!);
        Assert.DoesNotContain((string)run["children"]!["items"]![0]!["runId"]!, (IEnumerable<string>)old);
    }

    [Fact]
    public async Task A_changed_plan_takes_the_place_of_what_was_not_done_and_what_was_done_stays()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller());
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.EndAsync(runId);

        await app.RollBackAsync(
            runId,
            await app.CheckpointAsync(runId, Rollbacks.OfStep("second")),
            plan: new { steps = new[] { new { id = "train", kind = "tool", tool = "book", args = new { text = "train" } } } });
        var run = await app.EndAsync(runId);

        Assert.Equal("train", (string)run["result"]!);
        Assert.Equal(["car"], app.Tools.TextsOf("unbook"));
        Assert.Equal(["flight", "hotel", "car", "train"], app.Tools.TextsOf("book"));
        Assert.Equal(
            ["first completed", "second completed", "third replaced", "report replaced", "train completed"],
            run["steps"]!.AsArray().Select(step => $"{step!["id"]} {step["status"]}"));
        Assert.Empty(await app.FilesAsync());
    }

    [Fact]
    public async Task An_instruction_reaches_the_planner_who_makes_another_plan()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller(
            """
            {% if instruction %}{"steps":[{"id":"told","kind":"tool","tool":"keep","args":{"value":{{ instruction | json }}}}]}
            {% else %}{"steps":[{"id":"made","kind":"tool","tool":"keep","args":{"value":"first"}},
              {"id":"more","kind":"tool","tool":"keep","args":{"value":"second"},"dependsOn":["made"]}]}{% endif %}
            """));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.EndAsync(runId);

        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("made")), instruction: "Only this.");

        Assert.Equal("Only this.", (string)(await app.EndAsync(runId))["result"]!);
    }

    [Fact]
    public async Task A_step_that_fails_with_onFailure_rollback_has_its_run_rolled_back_and_is_told_to_the_planner()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller(
            """
            {% if replan == 0 %}{"steps":[
              {"id":"made","kind":"tool","tool":"write_file","args":{"path":"a.txt","content":"good"}},
              {"id":"work","kind":"agent","agent":"clerk","goal":"x","input":"bad","onFailure":"rollback","dependsOn":["made"]}]}
            {% else %}{"steps":[{"id":"say","kind":"tool","tool":"keep","args":{"value":{{ failed | json }}}}]}{% endif %}
            """).React("clerk", "tools: [book, write_file]",
            """
              - when: turn == 1
                calls:
                  - {tool: book, args: '{"text": "room"}'}
                  - {tool: write_file, args: '{"path": "a.txt", "content": "corrupted"}'}
              - calls:
                  - {tool: report_failure, args: '{"reason": "I made it worse."}'}
            """));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        var run = await app.EndAsync(runId);

        Assert.Equal(("completed", 1, 1), ((string)run["status"]!, (int)run["branch"]!, (int)run["replans"]!));
        Assert.Contains("I made it worse. What it had done was rolled back.", (string)run["result"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(["room"], app.Tools.TextsOf("unbook"));
        var good = (await app.CheckpointsAsync(runId)).Single(each => (string)each["stepId"]! == "made");
        Assert.Equal((string)good["filesHash"]!, (string)(await app.CheckpointsAsync(runId))[^1]["filesHash"]!);
        Assert.Equal("runtime", (string)(await app.EventsAsync(runId, "run.rolledBack")).Single()["actor"]!["kind"]!);
    }

    [Fact]
    public async Task A_compensation_that_fails_ends_the_run_as_failed_and_the_rollback_can_be_asked_for_again()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller());
        var isDown = true;
        app.Tools.Answers(call => call is { Tool: "unbook", Text: "hotel" } && isDown
            ? throw new ToolFailureException(ToolFailureKind.Denied, "Not cancellable.")
            : JsonValue.Create(call.Text));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.EndAsync(runId);
        var first = await app.CheckpointAsync(runId, Rollbacks.OfStep("first"));
        var files = await app.FilesAsync();

        await app.PostAsync($"runs/{runId}/rollback", new { checkpoint = first, by = "ana", reason = "x" });
        var failed = await app.RunWhenAsync(runId, run => (string?)run["status"] == "failed");

        Assert.Contains("'book' could not be undone", (string)failed["reason"]!, StringComparison.Ordinal);
        Assert.Equal(files, await app.FilesAsync());
        isDown = false;
        await app.RollBackAsync(runId, first);
        Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
        Assert.Equal(["car", "hotel", "hotel"], app.Tools.TextsOf("unbook"));
    }

    [Fact]
    public async Task A_question_that_was_answered_after_the_checkpoint_is_asked_again()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller(
            """
            {"steps":[
              {"id":"first","kind":"tool","tool":"book","args":{"text":"flight"}},
              {"id":"ask","kind":"approval","description":"Go?","dependsOn":["first"]},
              {"id":"last","kind":"tool","tool":"keep","args":{"value":"${steps.ask}"},"dependsOn":["ask"]}]}
            """));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await AnswerAsync(app, runId, "no");
        await app.EndAsync(runId);

        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("first")));
        await AnswerAsync(app, runId, "yes");

        Assert.Equal("yes", (string)(await app.EndAsync(runId))["result"]!["response"]!);
        Assert.Empty(app.Tools.TextsOf("unbook"));
    }

    [Fact]
    public async Task What_cannot_be_returned_to_is_refused_and_changes_nothing()
    {
        await using var app = await RuntimeApp.StartAsync(Traveller());
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.EndAsync(runId);
        var first = await app.CheckpointAsync(runId, Rollbacks.OfStep("first"));
        var third = await app.CheckpointAsync(runId, Rollbacks.OfStep("third"));
        var log = await app.TypesAsync(runId);

        Assert.Equal((HttpStatusCode.Conflict, "checkpoint"), await RefusedAsync(app, runId, new { checkpoint = 99, by = "ana", reason = "x" }));
        Assert.Equal((HttpStatusCode.BadRequest, "checkpoint"), await RefusedAsync(app, runId, new { checkpoint = 0, by = "ana", reason = "x" }));
        Assert.Equal((HttpStatusCode.BadRequest, "by"), await RefusedAsync(app, runId, new { checkpoint = first, reason = "x" }));
        Assert.Equal((HttpStatusCode.BadRequest, "reason"), await RefusedAsync(app, runId, new { checkpoint = first, by = "ana" }));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "plan.steps[0].id"),
            await RefusedAsync(app, runId, new { checkpoint = first, by = "ana", reason = "x", plan = new { steps = new[] { new { id = "first", kind = "tool", tool = "book", args = new { text = "x" } } } } }));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "instruction"),
            await RefusedAsync(app, runId, new { checkpoint = first, by = "ana", reason = "x", instruction = "x", plan = new { steps = new[] { new { id = "n", kind = "approval", description = "?" } } } }));
        Assert.Equal(log, await app.TypesAsync(runId));

        await app.RollBackAsync(runId, first);
        await app.EndAsync(runId);
        Assert.Equal((HttpStatusCode.Conflict, "checkpoint"), await RefusedAsync(app, runId, new { checkpoint = third, by = "ana", reason = "x" }));
    }

    private static async Task<(HttpStatusCode Status, string Field)> RefusedAsync(RuntimeApp app, string runId, object body)
    {
        var (status, problem) = await app.PostAsync($"runs/{runId}/rollback", body);
        return (status, (string)problem["errors"]![0]!["field"]!);
    }

    private static async Task AnswerAsync(RuntimeApp app, string runId, string text)
    {
        await app.InAsync(runId, "waiting");
        var approval = (await app.WhenAsync("approvals?status=pending", list => list["approvals"]!.AsArray().Count == 1))["approvals"]![0]!;
        await app.PostAsync($"approvals/{approval["approvalId"]}", new { type = "response", by = "ana", args = new { text } });
    }
}
