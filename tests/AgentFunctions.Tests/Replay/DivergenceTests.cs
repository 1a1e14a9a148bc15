using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;

namespace AgentFunctions.Tests.Replay;

/// <summary>Records that somebody has changed: with every hash made anew they are replayed and the lie shows; otherwise they are refused.</summary>
public class DivergenceTests
{
    private const string Key = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlLi4=";

    private static TestPack Pack() => new TestPack().React("clerk", "tools: [look_up]",
        """
          - when: turn == 1
            calls:
              - {tool: look_up, args: '{"text": "one"}'}
          - text: 'It is {{ results.look_up.value }}.'
        """);

    [Fact]
    public async Task A_changed_last_answer_diverges_at_the_step_that_was_made_of_it()
    {
        var export = await ExportAsync();
        export.Forge(export.Events("model.call").Last(), "outputHash", "It is one.", "It is two.");

        var divergence = (await export.ReplayAsync("--json")).Expect(1).Json["divergence"]!;

        var step = export.Events("step.completed").Single();
        Assert.Equal(((string)step["id"]!, "outputHash"), ((string)divergence["eventId"]!, (string)divergence["field"]!));
    }

    [Fact]
    public async Task A_changed_tool_call_in_an_answer_diverges_at_the_call_that_was_made()
    {
        var export = await ExportAsync();
        export.Forge(export.Events("model.call").First(), "outputHash", "\"one\"", "\"two\"");

        var divergence = (await export.ReplayAsync("--json")).Expect(1).Json["divergence"]!;

        Assert.Equal(
            ((string)export.Events("tool.call").Single()["id"]!, "inputHash"), ((string)divergence["eventId"]!, (string)divergence["field"]!));
    }

    [Fact]
    public async Task A_changed_result_of_a_tool_diverges_at_the_prompt_that_showed_it()
    {
        var export = await ExportAsync();
        export.Forge(export.Events("tool.call").Single(), "outputHash", "one", "two");

        var divergence = (await export.ReplayAsync("--json")).Expect(1).Json["divergence"]!;

        Assert.Equal(
            ((string)export.Events("model.call").Last()["id"]!, "inputHash"), ((string)divergence["eventId"]!, (string)divergence["field"]!));
    }

    [Theory]
    [InlineData("costUsd", "model.call")]
    [InlineData("reason", "run.completed")]
    [InlineData("policy", "tool.call")]
    public async Task A_changed_fact_diverges_at_its_event(string field, string type)
    {
        var export = await ExportAsync();
        var entry = export.Events(type).First();
        entry[field] = field switch
        {
            "costUsd" => 0.5m,
            "policy" => new JsonObject { ["name"] = "lax", ["hash"] = "0" },
            _ => "Because.",
        };
        export.Rehash();

        var end = (await export.ReplayAsync()).Expect(1);

        Assert.Contains($"DIVERGENCE at {entry["id"]} ({type}), field '{field}'", end.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_whose_end_was_cut_off_without_a_key_is_one_that_ends_before_the_run_does()
    {
        var export = await ExportAsync();
        var last = export.Lines.Last(line => (string)line["kind"]! == "event");
        var shortened = new Exported([.. export.Lines.Where(line => line != last)]);
        shortened.Lines[^1]["lines"] = shortened.Lines.Count;
        shortened.Lines.Single(line => (string)line["kind"]! == "run")["head"]!["sequence"] = shortened.Events().Count();
        shortened.Rehash();

        var json = (await shortened.ReplayAsync("--json")).Expect(0).Json;

        Assert.False((bool)json["finished"]!);
    }

    [Fact]
    public async Task A_log_whose_chain_does_not_hold_is_refused_with_the_event_and_not_replayed()
    {
        var export = await ExportAsync();
        export.Events("tool.call").Single()["reason"] = "forged";

        var end = (await export.ReplayAsync()).Expect(2);

        Assert.Contains("tampered with (Changed) at event 5", end.Errors, StringComparison.Ordinal);
        Assert.Empty(end.Output);
    }

    [Fact]
    public async Task A_payload_that_is_not_that_of_its_hash_is_refused()
    {
        var export = await ExportAsync();
        export.Lines.First(line => (string)line["kind"]! == "payload")["text"] = "forged";

        Assert.Contains("was changed", (await export.ReplayAsync()).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_key_a_cut_log_is_refused_and_a_whole_one_is_valid()
    {
        using var folder = new TempFolder();
        var key = Path.Combine(folder.Path, "key");
        await File.WriteAllTextAsync(key, Key, RuntimeApp.Ended);
        var export = await ExportAsync($"--Audit:SigningKey={Key}");
        Assert.Equal("valid", (string)(await export.ReplayAsync("--json", "--key", key)).Expect(0).Json["signature"]!);

        export.Events().Last()["reason"] = "forged";
        export.Rehash();

        Assert.Contains("signature", (await export.ReplayAsync("--key", key)).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("This is no JSON.", "Line 1")]
    [InlineData("""{"kind":"run"}""", "does not begin")]
    [InlineData("""{"kind":"export","version":99,"runId":"r"}""", "version 99")]
    [InlineData("""{"kind":"export","version":1,"runId":"r"}""", "cut")]
    [InlineData("", "cut")]
    public async Task What_is_no_export_is_refused(string content, string why)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "audit.jsonl");
        await File.WriteAllTextAsync(file, content, RuntimeApp.Ended);

        Assert.Contains(why, (await Exported.CommandAsync(file)).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("cannot be read", (await Exported.CommandAsync(file + ".none")).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_children_are_not_in_the_export_is_refused_with_what_to_do()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Planner("boss", "agents: [clerk]", """{"steps":[{"id":"each","kind":"fanOut","items":[1],"agent":"clerk","goal":"x"}]}""").Speaker("clerk"));
        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });
        var child = (string)run["children"]!["items"]![0]!["runId"]!;

        Assert.Contains("tree=true", (await (await Exported.OfAsync(app, (string)run["runId"]!, "format=jsonl")).ReplayAsync()).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("export the root run", (await (await Exported.OfAsync(app, child)).ReplayAsync()).Expect(2).Errors, StringComparison.Ordinal);
    }

    private static async Task<Exported> ExportAsync(params string[] settings)
    {
        await using var app = await RuntimeApp.StartAsync(Pack(), folder: null, settings);
        return await Exported.OfAsync(app, (string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }))["runId"]!);
    }
}
