using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Models.Simulated;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tests.Models;

public sealed class SimulatedAnswerTests
{
    private const string Script =
        """
        agent: tester
        plan: '{"goal": {{ goal | json }}, "replan": {{ replan }}}'
        act:
          - when: failures.size > 0
            calls:
              - tool: report_failure
                args: '{"reason": "{{ failures[0].tool }} {{ failures[0].kind }}"}'
          - when: results.read == nil
            text: Reading.
            calls:
              - tool: read
                args: '{"path": {{ input.path | json }}, "turn": {{ turn }}}'
              - tool: count
                args: '{}'
          - text: |
              {"title": {{ results.read.value.title | json }}, "reads": {{ history.size }}}
        """;

    [Fact]
    public async Task A_plan_is_the_plan_template_over_the_first_users_message()
    {
        using var model = new Simulated(Script);
        var response = await model.AskAsync(Simulated.Options("plan"), Simulated.User("""{"goal":"Say \"olá\"","replan":2}"""));
        Assert.Equal("""{"goal": "Say \"olá\"", "replan": 2}""", response.Text);
    }

    [Fact]
    public async Task The_first_turn_whose_condition_holds_is_taken_with_its_calls()
    {
        using var model = new Simulated(Script);
        var response = await model.AskAsync(Simulated.Options(), Simulated.User("""{"goal":"g","input":{"path":"a\"b.txt"}}"""));
        var calls = response.Messages.Single().Contents.OfType<FunctionCallContent>().ToList();
        Assert.Equal("Reading.", response.Text);
        Assert.Equal(["read", "count"], calls.Select(call => call.Name));
        Assert.Equal("""{"path":"a\"b.txt","turn":1}""", JsonSerializer.Serialize(calls[0].Arguments, AgentJson.Options));
        Assert.Equal(2, calls.Select(call => call.CallId).Distinct().Count());
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public async Task Later_turns_see_the_results_by_tool()
    {
        using var model = new Simulated(Script);
        var response = await model.AskAsync(
            Simulated.Options(),
            Simulated.User("""{"goal":"g","input":{"path":"a.txt"}}"""),
            Simulated.Asks("c1", "read"),
            Simulated.Answers("c1", """{"status":"ok","value":{"title":"Contrato <nº 1>"}}"""));
        Assert.Equal("""{"title": "Contrato <nº 1>", "reads": 1}""", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task Failed_results_are_seen_as_failures()
    {
        using var model = new Simulated(Script);
        var response = await model.AskAsync(
            Simulated.Options(),
            Simulated.User("{}"),
            Simulated.Asks("c1", "read"),
            Simulated.Answers("c1", """{"status":"failed","failure":{"kind":"notFound","message":"No.","attempts":1}}"""));
        var call = Assert.Single(response.Messages.Single().Contents.OfType<FunctionCallContent>());
        Assert.Equal("read notFound", call.Arguments!["reason"]!.ToString());
    }

    [Fact]
    public async Task Everything_that_leaves_it_says_that_it_is_simulated()
    {
        using var model = new Simulated(Script);
        var response = await model.AskAsync(Simulated.Options("plan"), Simulated.User("{}"));
        Assert.Equal("simulated/gpt-test", response.ModelId);
        Assert.Equal(true, response.AdditionalProperties!["simulated"]);
        Assert.Equal("simulated", model.Client().GetService<ChatClientMetadata>()!.ProviderName);
    }

    [Fact]
    public async Task Usage_is_counted_in_real_tokens()
    {
        using var model = new Simulated(Script);
        var message = Simulated.User("""{"goal":"one two three","replan":0}""");
        var response = await model.AskAsync(Simulated.Options("plan"), message);
        Assert.Equal(Simulated.Tokens.Count([message]), response.Usage!.InputTokenCount);
        Assert.Equal(Simulated.Tokens.Count(response.Text), response.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task An_answer_beyond_the_token_limit_is_cut_off_as_a_models_would_be()
    {
        using var model = new Simulated(Script);
        var options = Simulated.Options("plan");
        options.MaxOutputTokens = 10;
        var response = await model.AskAsync(options, Simulated.User($$"""{"goal":"{{string.Join(' ', Enumerable.Repeat("word", 500))}}"}"""));
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal(10, response.Usage!.OutputTokenCount);
        Assert.StartsWith("""{"goal": "word""", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_request_gets_the_same_answer_down_to_the_ids()
    {
        using var model = new Simulated(Script);
        var message = Simulated.User("""{"input":{"path":"a"}}""");
        var answers = new[] { await model.AskAsync(Simulated.Options(), message), await model.AskAsync(Simulated.Options(), message) }
            .Select(answer => JsonSerializer.Serialize(answer, AIJsonUtilities.DefaultOptions));
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task Streaming_yields_the_same_answer()
    {
        using var model = new Simulated(Script);
        var updates = model.Client().GetStreamingResponseAsync([Simulated.User("""{"goal":"g","replan":0}""")], Simulated.Options("plan"));
        Assert.Equal("""{"goal": "g", "replan": 0}""", (await updates.ToChatResponseAsync()).Text);
    }

    [Theory]
    [InlineData("act:\n  - when: turn == 9\n    text: Done.", "0.yaml(1): The script of 'tester' has no turn whose condition holds at turn 1.")]
    [InlineData("act:\n  - text: Hi.\n  - calls:\n      - {tool: a, args: '{}'}\nplan: '{{ 1 | nosuchfilter }}'", "0.yaml(6): plan: ")]
    [InlineData("act:\n  - calls:\n      - tool: read\n        args: '[1]'", "0.yaml(5): act[0].calls[0].args: The rendered arguments are no JSON object")]
    public async Task A_script_that_does_not_know_the_answer_says_where(string body, string message)
    {
        using var model = new Simulated($"agent: tester\n{body}");
        var purpose = body.Contains("plan:", StringComparison.Ordinal) ? "plan" : "act";
        var error = await Assert.ThrowsAsync<ScriptException>(() => model.AskAsync(Simulated.Options(purpose), Simulated.User("{}")));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_without_a_plan_cannot_be_asked_for_one()
    {
        using var model = new Simulated("agent: tester\nact: [{text: Hi}]");
        var error = await Assert.ThrowsAsync<ScriptException>(() => model.AskAsync(Simulated.Options("plan"), Simulated.User("{}")));
        Assert.Contains("has no plan", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_without_a_script_is_named()
    {
        using var model = new Simulated(Script);
        var error = await Assert.ThrowsAsync<ScriptException>(() => model.AskAsync(Simulated.Options(agent: "stranger"), Simulated.User("{}")));
        Assert.Contains("scripts/stranger.yaml", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_looks_like_a_template_is_never_run_as_one()
    {
        using var model = new Simulated(Script);
        var response = await model.AskAsync(Simulated.Options("plan"), Simulated.User("""{"goal":"{{ replan }} {% if %}","replan":1}"""));
        Assert.Equal("{{ replan }} {% if %}", JsonNode.Parse(response.Text)!["goal"]!.GetValue<string>());
    }
}
