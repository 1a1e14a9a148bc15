using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Policies.Http;

/// <summary>HTTP tools of agents, seen through the app's own HTTP.</summary>
public sealed class HttpRunTests
{
    private const string Asks =
        """
          - when: history.size == 0
            calls:
              - {tool: http_request, args: '{"method": "post", "url": {{ input.url | json }}, "body": {"a": 1}}'}
          - text: '{{ results.http_request.status }} {{ results.http_request.failure.kind }} {{ results.http_request.value.body }}'
        """;

    [Fact]
    public async Task A_destination_that_a_rule_allows_is_reached_with_one_key_over_all_attempts()
    {
        var attempts = 0;
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref attempts) == 1 ? 503 : 200;
            return context.Response.Body.WriteAsync("done"u8.ToArray()).AsTask();
        });
        await using var app = await RuntimeApp.StartAsync(Clerk($"http: [{{name: here, allow: ['{server.Url}']}}]"));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x", input = new { url = server.Url } });

        Assert.Equal("ok  done", (string)run["result"]!);
        Assert.Equal([$"\"{run["runId"]}/agent/t1/c0\""], server.Seen.Select(request => request.Headers["Idempotency-Key"]).Distinct());
        Assert.Equal(2, server.Seen.Count);
    }

    [Theory]
    [InlineData("description: No destination.", "http")]
    [InlineData("http: [{name: elsewhere, allow: [api.example.com]}]", "elsewhere")]
    [InlineData("http: [{name: here, allow: ['http://localhost:{port}']}]", "here")]
    public async Task A_destination_that_no_rule_allows_is_denied_and_on_record(string rules, string rule)
    {
        await using var server = await WebServer.AnsweringAsync("inside");
        await using var app = await RuntimeApp.StartAsync(Clerk(rules.Replace("{port}", $"{server.Port}", StringComparison.Ordinal)));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x", input = new { url = $"http://localhost:{server.Port}/" } });

        Assert.Equal("failed denied", ((string)run["result"]!).Trim());
        Assert.Empty(server.Seen);
        Assert.Equal(rule, Rule((await app.EventsAsync((string)run["runId"]!, "policy.denied")).Single()));
    }

    [Fact]
    public async Task A_plan_with_a_destination_that_no_rule_allows_is_not_accepted()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "http: [{name: elsewhere, allow: [api.example.com]}]")
            .Planner("boss", "tools: [http_request]\npolicy: careful",
                """{"steps":[{"id":"a","kind":"tool","tool":"http_request","args":{"method":"get","url":"https://evil.example/"}}]}"""));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal("failed", (string)run["status"]!);
        var denied = (await app.EventsAsync((string)run["runId"]!, "policy.denied"))[0];
        Assert.Equal(("elsewhere", "plan"), (Rule(denied), (string)denied["data"]!["checked"]!));
    }

    [Fact]
    public async Task A_packs_own_tool_is_held_by_the_same_rules_and_cannot_hide_a_denial()
    {
        await using var server = await WebServer.AnsweringAsync("inside");
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "http: [{name: elsewhere, allow: [api.example.com]}]")
            .React("clerk", "tools: [look_up]\npolicy: careful",
                """
                  - when: history.size == 0
                    calls:
                      - {tool: look_up, args: '{"text": "x"}'}
                  - text: '{{ results.look_up.value }}'
                """));
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            try
            {
                return await call.Context.Http.GetStringAsync(server.Url, cancellationToken);
            }
            catch (ToolFailureException failure)
            {
                return $"hidden {failure.Kind}";
            }
        };

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal("hidden Denied", (string)run["result"]!);
        Assert.Empty(server.Seen);
        Assert.Equal("elsewhere", Rule((await app.EventsAsync((string)run["runId"]!, "policy.denied")).Single()));
    }

    private static TestPack Clerk(string rules) =>
        new TestPack().Policy("careful", rules).React("clerk", "tools: [http_request]\npolicy: careful", Asks);

    private static string Rule(JsonObject entry) => (string)entry["policy"]!["rule"]!;
}
