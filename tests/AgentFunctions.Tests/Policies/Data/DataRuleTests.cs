using System.Text;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Tests.Policies.Data;

/// <summary>What data rules keep out of which places.</summary>
public sealed class DataRuleTests
{
    private const string Cpf = "529.982.247-25";

    private const string LooksUp =
        """
          - when: history.size == 0
            calls:
              - {tool: look_up, args: '{"text": {{ input.text | json }}}'}
          - text: 'seen: {{ results.look_up.value }}'
        """;

    [Fact]
    public async Task What_is_kept_out_of_prompts_no_model_is_sent_but_tools_still_work_with_it()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk("data: [{name: personal, patterns: [cpf], in: [prompts]}]"));
        app.Tools.Answers(_ => $"CPF {Cpf}");

        var run = await app.ResultAsync(new { agent = "clerk", goal = $"Find {Cpf}", input = new { text = Cpf } });

        Assert.Equal("seen: CPF [redacted:cpf]", (string)run["result"]!);
        Assert.Equal(["[redacted:cpf]"], app.Tools.TextsOf("look_up"));
        Assert.DoesNotContain(Cpf, await PayloadsAsync(app, (string)run["runId"]!, "model.call"), StringComparison.Ordinal);
        Assert.Contains(Cpf, await PayloadsAsync(app, (string)run["runId"]!, "tool.call"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_out_of_the_audit_log_is_in_no_event_and_in_no_payload_of_one_and_the_chain_holds()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk("data: [{name: personal, patterns: [cpf], regex: ['case-[0-9]+'], in: [audit]}]"));
        app.Tools.Answers(call => throw new ToolFailureException(ToolFailureKind.NotFound, $"There is no {call.Text}."));

        var run = await app.ResultAsync(new { agent = "clerk", goal = $"Find {Cpf}", input = new { text = $"{Cpf} of case-7" } });

        var runId = (string)run["runId"]!;
        Assert.Equal([$"{Cpf} of case-7"], app.Tools.TextsOf("look_up"));
        var failed = (await app.EventsAsync(runId, "tool.call")).Single();
        Assert.Equal("NotFound: There is no [redacted:cpf] of [redacted:personal].", (string)failed["reason"]!);
        var payloads = await PayloadsAsync(app, runId, type: null);
        Assert.DoesNotContain(Cpf, payloads, StringComparison.Ordinal);
        Assert.DoesNotContain("case-7", payloads, StringComparison.Ordinal);
        Assert.DoesNotContain(Cpf, (await app.GetAsync($"runs/{runId}/audit")).ToJsonString(), StringComparison.Ordinal);
        Assert.True((bool)(await app.GetAsync($"runs/{runId}/audit/verify"))["verified"]!);
    }

    [Fact]
    public async Task A_run_over_a_restart_works_on_with_what_its_tools_returned_and_calls_none_again()
    {
        using var folder = new TempFolder();
        var pack = new TestPack()
            .Policy("careful", "data: [{name: personal, patterns: [cpf], in: [logs, audit, prompts, results]}]")
            .Planner("boss", "tools: [look_up, write]\npolicy: careful",
                """
                {"steps":[{"id":"found","kind":"tool","tool":"look_up","args":{"text":"x"}},
                          {"id":"wait","kind":"approval","description":"Go on with ${steps.found}?","dependsOn":["found"]},
                          {"id":"sent","kind":"tool","tool":"write","args":{"text":"${steps.found}"},"dependsOn":["wait"]}]}
                """);
        string runId;
        await using (var app = await RuntimeApp.StartAsync(pack, folder.Path))
        {
            app.Tools.Answers(_ => Cpf);
            runId = await app.RunAsync(new { agent = "boss", goal = "x" });
            await app.InAsync(runId, "waiting");
        }

        await using var again = await RuntimeApp.StartAsync(pack, folder.Path);
        var approval = (string)(await again.GetAsync("approvals"))["approvals"]!.AsArray().Single()!["approvalId"]!;
        await again.PostAsync($"approvals/{approval}", new { type = "accept", by = "maria" });
        var run = await again.EndAsync(runId);

        Assert.Equal(("completed", "[redacted:cpf]"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Equal([$"write {Cpf}"], again.Tools.Attempts.Select(call => $"{call.Tool} {call.Text}"));
        Assert.DoesNotContain(Cpf, await PayloadsAsync(again, runId, type: null), StringComparison.Ordinal);
        Assert.True((bool)(await again.GetAsync($"runs/{runId}/audit/verify"))["verified"]!);
    }

    [Fact]
    public async Task What_is_kept_out_of_results_is_redacted_before_a_caller_or_a_parent_sees_it()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "data: [{name: personal, patterns: [email], in: [results]}]")
            .Planner("boss", "agents: [clerk]",
                """{"steps":[{"id":"each","kind":"fanOut","agent":"clerk","goal":"x","items":[1]}]}""")
            .React("clerk", "policy: careful", "  - text: 'Write to a@b.example.'"));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal("Write to [redacted:email].", (string)run["result"]![0]!["output"]!);
    }

    [Fact]
    public async Task A_result_that_a_rule_denies_does_not_leave_and_the_run_fails_as_denied()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "data: [{name: no-people, patterns: [cpf], in: [results], action: deny}]")
            .React("clerk", "policy: careful", $"  - text: 'It is {Cpf}.'"));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Null(run["result"]);
        Assert.StartsWith("Denied: ", (string)run["reason"]!, StringComparison.Ordinal);
        var denied = (await app.EventsAsync((string)run["runId"]!, "policy.denied")).Single();
        Assert.Equal(("no-people", "result"), ((string)denied["policy"]!["rule"]!, (string)denied["data"]!["checked"]!));
    }

    [Fact]
    public async Task Keys_are_kept_out_of_logs_by_default_in_messages_values_scopes_and_exceptions()
    {
        const string Key = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        using var captured = new Captured();
        app.Service<ILoggerFactory>().AddProvider(captured);
        var logger = app.Service<ILogger<DataRuleTests>>();

        using (logger.BeginScope("scope {Key}", Key))
        {
            logger.LogError(new InvalidOperationException($"bad {Key}", new FormatException(Key)), "used {Key} {Count} times", Key, 3);
        }

        Assert.DoesNotContain(Key, captured.Text, StringComparison.Ordinal);
        Assert.Contains("used [redacted:keys] 3 times", captured.Text, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: bad [redacted:keys]", captured.Text, StringComparison.Ordinal);
        Assert.Contains("Count=3 Int32", captured.Text, StringComparison.Ordinal);
    }

    private static TestPack Clerk(string rules) =>
        new TestPack().Policy("careful", rules).React("clerk", "tools: [look_up]\npolicy: careful", LooksUp);

    /// <summary>Everything that the events of a run point at.</summary>
    private static async Task<string> PayloadsAsync(RuntimeApp app, string runId, string? type)
    {
        var text = new StringBuilder();
        foreach (var hash in (await app.EventsAsync(runId, type)).SelectMany(entry => new[] { (string?)entry["inputHash"], (string?)entry["outputHash"] }).OfType<string>())
        {
            text.AppendLine(Encoding.UTF8.GetString((await app.Service<IBlobStore>().GetAsync(hash, RuntimeApp.Ended))!));
        }

        return text.ToString();
    }

    private sealed class Captured : ILoggerProvider, ILogger
    {
        private readonly StringBuilder text = new();

        public string Text => text.ToString();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            text.AppendLine($"scope: {state} {Values(state)}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            text.AppendLine($"{formatter(state, exception)} {Values(state)} {exception} {exception?.Message}");

        public void Dispose()
        {
            // Holds nothing.
        }

        private static string Values(object? state) => string.Join(
            ' ', (state as IEnumerable<KeyValuePair<string, object?>> ?? []).Select(value => $"{value.Key}={value.Value} {value.Value?.GetType().Name}"));
    }
}
