using AgentFunctions.Tests.Replay;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Memory;

/// <summary>Agents that work with the memory of their thread.</summary>
public sealed class AgentMemoryTests
{
    private const int Crowd = 100;

    [Fact]
    public async Task A_hundred_agents_that_add_to_one_counter_and_one_list_lose_nothing()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Planner("boss", $"agents: [counter]\nlimits: {{maxParallelChildren: {Crowd}, maxChildren: {Crowd}}}",
                $$$"""{"steps":[{"id":"each","kind":"fanOut","items":[{% for i in (1..{{{Crowd}}}) %}"{{ i }}"{% unless forloop.last %},{% endunless %}{% endfor %}],"agent":"counter","goal":"${item}"}]}""")
            .React("counter", "tools: [memory_add, memory_append]",
                """
                  - when: turn == 1
                    calls:
                      - {tool: memory_add, args: '{"key": "count"}'}
                      - {tool: memory_append, args: '{"key": "names", "item": {{ input | json }}}'}
                  - text: 'count was {{ results.memory_add.value.value }}'
                """));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(("completed", Crowd), ((string)run["status"]!, (int)run["children"]!["finished"]!));
        Assert.Equal(Crowd, (int)(await app.GetAsync("threads/case/memory/count"))["value"]!);
        Assert.Equal(
            Enumerable.Range(1, Crowd).Select(number => $"{number}").Order(StringComparer.Ordinal),
            (await app.GetAsync("threads/case/memory/names"))["value"]!.AsArray().Select(name => (string)name!).Order(StringComparer.Ordinal));

        // Every one of them has seen another sum: none was lost, none was made twice.
        Assert.Equal(Crowd, run["result"]!.AsArray().Select(child => (string)child!["output"]!).Distinct().Count());
        Assert.Equal(2 * Crowd, (int)(await app.GetAsync("threads/case/memory"))["revision"]!);
    }

    [Fact]
    public async Task An_agent_sees_a_conflict_as_a_failed_call_with_the_version_that_there_is_and_may_go_on_with_it()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [memory_set, memory_get]",
            """
              - when: turn == 1
                calls:
                  - {tool: memory_set, args: '{"key": "plan", "value": "mine", "ifVersion": 0}'}
              - when: turn == 2
                calls:
                  - {tool: memory_get, args: '{"key": "plan"}'}
              - when: turn == 3
                calls:
                  - {tool: memory_set, args: '{"key": "plan", "value": "mine", "ifVersion": {{ results.memory_get.value.version }}}'}
              - text: '{{ failures[0].kind }}: {{ failures[0].message }}'
            """));
        var thread = await app.ThreadAsync();
        await app.SendAsync(HttpMethod.Put, $"threads/{thread}/memory/plan", System.Net.Http.Json.JsonContent.Create(new { value = "theirs" }));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" }, thread);

        Assert.Equal("conflict: The key 'plan' exists; it has version 1.", (string)run["result"]!);
        Assert.Equal("mine", (string)(await app.GetAsync($"threads/{thread}/memory/plan"))["value"]!);
        Assert.Equal(1, (int)run["usage"]!["failedToolCalls"]!);
        Assert.Empty(await app.EventsAsync((string)run["runId"]!, "tool.attempt.failed"));
    }

    [Fact]
    public async Task What_does_not_fit_is_a_failed_call_and_changes_nothing()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [memory_add, memory_append, memory_set, memory_delete, memory_list]",
            """
              - when: turn == 1
                calls:
                  - {tool: memory_set, args: '{"key": "text", "value": "words"}'}
                  - {tool: memory_add, args: '{"key": "sum", "amount": 0.1}'}
              - when: turn == 2
                calls:
                  - {tool: memory_add, args: '{"key": "text"}'}
                  - {tool: memory_append, args: '{"key": "sum", "item": 1}'}
                  - {tool: memory_set, args: '{"key": "not an id", "value": 1}'}
                  - {tool: memory_set, args: '{"key": "void", "value": null}'}
                  - {tool: memory_add, args: '{"key": "sum", "amount": 0.2}'}
                  - {tool: memory_delete, args: '{"key": "void"}'}
              - when: turn == 3
                calls:
                  - {tool: memory_list, args: '{"prefix": "s"}'}
              - text: '{{ failures.size }} {{ results.memory_list.value.keys[0].key }} {{ results.memory_delete.value.deleted }}'
            """));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal("4 sum false", (string)run["result"]!);
        Assert.Equal("words", (string)(await app.GetAsync("threads/case/memory/text"))["value"]!);
        Assert.Equal(0.3m, (decimal)(await app.GetAsync("threads/case/memory/sum"))["value"]!);
        var failed = (await app.EventsAsync((string)run["runId"]!, "tool.call")).Where(call => (string)call["data"]!["status"]! == "failed");
        Assert.Equal(
            [
                "InvalidArguments: A key is 1 to 64 of A-Z, a-z, 0-9, '.', '_', '-', and not '.' or '..'.",
                "InvalidArguments: A value is not null; delete the key instead.",
                "InvalidArguments: The key 'sum' holds a number, and not a list.",
                "InvalidArguments: The key 'text' holds a text, and not a number that can be added to.",
            ],
            failed.Select(call => (string)call["reason"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_call_that_fails_after_it_has_changed_the_memory_changes_it_once_over_all_its_attempts()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "tools: [tally]",
            """{"steps":[{"id":"one","kind":"tool","tool":"tally","args":{"text":"count"}},{"id":"two","kind":"tool","tool":"tally","args":{"text":"count"},"dependsOn":["one"]}]}"""));
        app.Tools.Answers(call => call.Context is { StepId: "one", Attempt: < 3 }
            ? throw new ToolFailureException(ToolFailureKind.Unavailable, "Not now.")
            : null);

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(["1", "1", "1", "2"], app.Tools.Attempts.Select(call => call.Value!.ToJsonString()));
        Assert.Equal(2, (int)(await app.GetAsync("threads/case/memory/count"))["value"]!);
        Assert.Equal(2, (int)run["result"]!);
        Assert.Equal([1, 2], (await app.EventsAsync((string)run["runId"]!, "memory.changed")).Select(entry => (int)entry["data"]!["revision"]!));
    }

    [Fact]
    public async Task What_an_agent_changes_is_on_record_with_its_call_and_a_replay_decides_the_same_without_the_memory()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [memory_add, memory_get]",
            """
              - when: turn == 1
                calls:
                  - {tool: memory_add, args: '{"key": "count", "amount": 2}'}
              - when: turn == 2
                calls:
                  - {tool: memory_get, args: '{"key": "count"}'}
              - text: '{{ results.memory_get.value.value }}'
            """));
        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });
        var runId = (string)run["runId"]!;

        var changed = Assert.Single(await app.EventsAsync(runId, "memory.changed"));
        var view = await app.GetAsync("threads/case/memory/count");
        Assert.Equal(("clerk", "add", "count", 1), (
            (string)changed["actor"]!["id"]!, (string)changed["data"]!["operation"]!, (string)changed["data"]!["key"]!, (int)changed["data"]!["version"]!));
        Assert.Equal((string)view["sha256"]!, (string)changed["data"]!["sha256"]!);
        Assert.Equal((runId, 2), ((string)view["updatedBy"]!, (int)view["value"]!));
        Assert.Equal("2", (string)run["result"]!);
        var replayed = (await (await Exported.OfAsync(app, runId)).ReplayAsync("--json")).Expect(0).Json;
        Assert.Equal(1, (int)replayed["given"]!);
    }

    [Fact]
    public async Task An_agent_whose_tools_do_not_name_the_memory_cannot_touch_it()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [memory_get]",
            """
              - when: turn == 1
                calls:
                  - {tool: memory_set, args: '{"key": "plan", "value": 1}'}
              - text: '{{ failures[0].kind }}'
            """));

        Assert.Equal("denied", (string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }))["result"]!);
        Assert.Equal(0, (int)(await app.GetAsync("threads/case/memory"))["revision"]!);
    }
}
