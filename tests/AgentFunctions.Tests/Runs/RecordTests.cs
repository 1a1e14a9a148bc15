using System.Net;
using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>What the record answers over HTTP.</summary>
public class RecordTests
{
    private static TestPack Pack() => new TestPack()
        .Planner("boss", "agents: [clerk]",
            """{"steps":[{"id":"each","kind":"fanOut","items":["a","b"],"agent":"clerk","goal":"Ask"}]}""")
        .React("clerk", "tools: [look_up]",
            """
              - when: turn == 1
                calls:
                  - {tool: look_up, args: '{"text": {{ input | json }}}'}
              - text: 'It is {{ results.look_up.value }}.'
            """);

    [Fact]
    public async Task What_did_an_agent_decide_at_a_time_on_what_under_which_rules_at_which_cost_and_what_followed()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var run = await app.ResultAsync(new { agent = "clerk", goal = "Find it", input = "x" });
        var runId = (string)run["runId"]!;
        var turns = await app.EventsAsync(runId, "model.call");
        var at = (string)turns[0]["time"]!;

        var answer = await app.GetAsync($"runs/{runId}/audit/decisions?agent=clerk&at={Uri.EscapeDataString(at)}");

        var decision = Assert.Single(answer["decisions"]!.AsArray())!.AsObject();
        Assert.Equal((string)turns[0]["id"]!, (string)decision["decision"]!["id"]!);
        Assert.Contains("Find it", decision["input"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("look_up", decision["output"]!.AsArray()[^1]!.ToJsonString(), StringComparison.Ordinal);
        var policy = (await app.GetAsync("policies"))["policies"]!.AsArray().Single(each => (string)each!["name"]! == (string)decision["policy"]!["name"]!)!;
        Assert.Equal((string)policy["hash"]!, (string)decision["policy"]!["hash"]!);
        Assert.Equal((string)policy["name"]!, (string)decision["rules"]!["policy"]!["name"]!);
        Assert.Equal(["look_up"], decision["rules"]!["agent"]!["tools"]!.AsArray().Select(tool => (string)tool!));
        Assert.Equal((decimal)turns[0]["costUsd"]!, (decimal)decision["costUsd"]!);
        Assert.Equal(
            ["tool.call", "model.call", "step.completed", "run.completed"],
            decision["followed"]!.AsArray().Select(entry => (string)entry!["type"]!));
        Assert.Equal((decimal)turns[1]["costUsd"]!, (decimal)decision["followedUsd"]!);
    }

    [Fact]
    public async Task A_planners_decision_is_followed_into_the_children_that_it_led_to()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var runId = (string)(await app.ResultAsync(new { agent = "boss", goal = "x" }))["runId"]!;

        var answer = await app.GetAsync($"runs/{runId}/audit/decisions?agent=boss&type=model.&tree=true");
        var ofChildren = await app.GetAsync($"runs/{runId}/audit/decisions?agent=clerk&tree=true&limit=100");

        var decision = answer["decisions"]!.AsArray().Single()!;
        Assert.Equal("planner", (string)decision["decision"]!["actor"]!["kind"]!);
        Assert.Equal(2, decision["followed"]!.AsArray().Count(entry => (string)entry!["type"]! == "tool.call"));
        Assert.Equal("run.completed", (string)decision["followed"]!.AsArray()[^1]!["type"]!);
        Assert.Equal(4, ofChildren["decisions"]!.AsArray().Count(each => (string)each!["decision"]!["type"]! == "model.call"));
    }

    [Fact]
    public async Task The_log_can_be_asked_by_agent_by_type_and_by_time()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var runId = (string)(await app.ResultAsync(new { agent = "boss", goal = "x" }))["runId"]!;
        var all = await app.AllAsync($"runs/{runId}/audit?tree=true", "events");
        var middle = (string)all[5]["time"]!;
        async Task<IReadOnlyList<string>> AskAsync(string query) =>
            [.. (await app.AllAsync($"runs/{runId}/audit?tree=true&{query}", "events")).Select(entry => (string)entry["id"]!)];

        Assert.Equal(Ids(all, entry => (string)entry["actor"]!["id"]! == "clerk"), await AskAsync("agent=clerk"));
        Assert.Equal(Ids(all, entry => (string)entry["type"]! == "tool.call"), await AskAsync("type=tool.call"));
        Assert.Equal(Ids(all, entry => ((string)entry["type"]!).StartsWith("step.", StringComparison.Ordinal)), await AskAsync("type=step."));
        Assert.Equal(Ids(all, entry => Time(entry) <= DateTimeOffset.Parse(middle, null)), await AskAsync($"to={Uri.EscapeDataString(middle)}"));
        Assert.Equal(Ids(all, entry => Time(entry) >= DateTimeOffset.Parse(middle, null)), await AskAsync($"from={Uri.EscapeDataString(middle)}"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Logs_come_in_pages_that_together_are_the_log(int limit)
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var runId = (string)(await app.ResultAsync(new { agent = "boss", goal = "x" }))["runId"]!;
        var whole = (await app.GetAsync($"runs/{runId}/audit?tree=true"))["events"]!.AsArray().Select(entry => (string)entry!["id"]!).ToList();
        var own = whole.Where(id => id.StartsWith($"{runId}/", StringComparison.Ordinal)).ToList();

        Assert.Equal(whole, (await app.AllAsync($"runs/{runId}/audit?tree=true&limit={limit}", "events")).Select(entry => (string)entry["id"]!));
        Assert.Equal(own, (await app.AllAsync($"runs/{runId}/events?limit={limit}", "events")).Select(entry => (string)entry["id"]!));
        Assert.InRange((await app.GetAsync($"runs/{runId}/audit?limit={limit}"))["events"]!.AsArray().Count, 1, limit);
    }

    [Fact]
    public async Task Approvals_come_in_pages_oldest_first()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "", """{"steps":[{"id":"ok","kind":"approval","description":"{{ goal }}"}]}"""));
        foreach (var goal in (string[])["1", "2", "3", "4", "5"])
        {
            await app.InAsync(await app.RunAsync(new { agent = "boss", goal }), "waiting");
        }

        var first = await app.GetAsync("approvals?status=pending&limit=2");
        var all = await app.AllAsync("approvals?status=pending&limit=2", "approvals");

        Assert.Equal(["1", "2"], first["approvals"]!.AsArray().Select(each => (string)each!["description"]!));
        Assert.Equal(["1", "2", "3", "4", "5"], all.Select(each => (string)each["description"]!));
    }

    [Theory]
    [InlineData("audit?cursor=nonsense", "cursor")]
    [InlineData("audit?cursor=other/1", "cursor")]
    [InlineData("audit?limit=0", "limit")]
    [InlineData("audit?limit=1001", "limit")]
    [InlineData("audit?from=yesterday", "from")]
    [InlineData("audit?format=xml", "format")]
    [InlineData("events?cursor=x", "cursor")]
    [InlineData("audit/decisions?at=12", "at")]
    [InlineData("audit/verify?sequence=3", "hash")]
    [InlineData("audit/verify?hash=abc", "sequence")]
    public async Task A_question_that_makes_no_sense_is_told_its_field(string query, string field)
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        var runId = (string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }))["runId"]!;

        var (status, problem) = await app.SendAsync(HttpMethod.Get, $"runs/{runId}/{query}", null);

        Assert.Equal((HttpStatusCode.BadRequest, field), (status, (string)problem["errors"]![0]!["field"]!));
    }

    [Fact]
    public async Task A_head_that_was_kept_elsewhere_shows_later_that_the_log_still_holds_it()
    {
        await using var app = await RuntimeApp.StartAsync(Pack(), folder: null, "--Audit:SigningKey=c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlLi4=");
        var runId = (string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }))["runId"]!;

        var head = await app.GetAsync($"runs/{runId}/audit/head");
        var same = await app.GetAsync($"runs/{runId}/audit/verify?sequence={head["sequence"]}&hash={head["hash"]}");
        var more = await app.GetAsync($"runs/{runId}/audit/verify?sequence={(int)head["sequence"]! + 1}&hash={head["hash"]}");
        var other = await app.GetAsync($"runs/{runId}/audit/verify?sequence=1&hash={head["hash"]}");

        Assert.Equal(("valid", "HS256"), ((string)head["state"]!, (string)head["signature"]!["algorithm"]!));
        Assert.Equal((true, "valid"), ((bool)same["verified"]!, (string)same["runs"]![0]!["signature"]!));
        Assert.Equal((false, "truncated"), ((bool)more["verified"]!, (string)more["runs"]![0]!["tampering"]!));
        Assert.Equal((false, "changed", 1), ((bool)other["verified"]!, (string)other["runs"]![0]!["tampering"]!, (int)other["runs"]![0]!["firstBadSequence"]!));
    }

    [Theory]
    [InlineData("?format=jsonl&tree=true", null)]
    [InlineData("?tree=true", "application/x-ndjson")]
    public async Task An_export_holds_runs_events_as_they_are_kept_and_every_payload_that_they_name(string query, string? accept)
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var runId = (string)(await app.ResultAsync(new { agent = "boss", goal = "x" }))["runId"]!;

        var lines = (await app.TextAsync($"runs/{runId}/audit{query}", accept)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject()).ToList();

        var events = lines.Where(line => (string)line["kind"]! == "event").Select(line => line["event"]!.AsObject()).ToList();
        var payloads = lines.Where(line => (string)line["kind"]! == "payload").ToDictionary(line => (string)line["hash"]!, line => (string)line["text"]!);
        var listed = await app.AllAsync($"runs/{runId}/audit?tree=true", "events");
        Assert.Equal(("export", "end", lines.Count), ((string)lines[0]["kind"]!, (string)lines[^1]["kind"]!, (int)lines[^1]["lines"]!));
        Assert.Equal(listed.Select(entry => (string)entry["hash"]!), events.Select(entry => (string)entry["hash"]!));
        Assert.Equal(3, lines.Count(line => (string)line["kind"]! == "run"));
        Assert.All(
            events.SelectMany(entry => new[] { (string?)entry["inputHash"], (string?)entry["outputHash"], (string?)entry["data"]?["catalog"] }).OfType<string>(),
            hash => Assert.Equal(hash, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(payloads[hash])))));
    }

    private static DateTimeOffset Time(JsonObject entry) => DateTimeOffset.Parse((string)entry["time"]!, null);

    private static IReadOnlyList<string> Ids(IEnumerable<JsonObject> events, Func<JsonObject, bool> which) =>
        [.. events.Where(which).Select(entry => (string)entry["id"]!)];
}
