using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;
using AgentFunctions.Tests.Webhooks;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Tests.Approvals;

/// <summary>What happens while nobody answers: announcement, reminder, escalation, expiry.</summary>
public sealed class WaitingTests : IDisposable
{
    private static readonly object Start = new { agent = "clerk", goal = "x" };

    private readonly TempFolder folder = new();

    private static TestPack Clerk(string terms) => new TestPack().React(
        "clerk",
        $"tools: [write]\napprovals: {{tools: {{write: {terms}}}}}",
        """
          - when: results.write == nil
            calls:
              - {tool: write, args: '{"text": "a secret matter"}'}
          - text: '{{ results.write.status }}|{{ results.write.failure.message }}'
        """);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_pending_approval_is_announced_by_webhook_without_its_arguments()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RuntimeApp.StartAsync(Clerk("{groups: [finance], expiresAfter: P1D}"), settings: receiver.Settings);
        var runId = await app.RunAsync(Start);

        var received = (await receiver.OfAsync("approval.requested")).Single();
        var approval = await app.AskedAsync();

        Assert.True(received.IsSignedWith(Receiver.Secret));
        var data = received.Json["data"]!;
        Assert.Equal((approval.Id(), runId, "acme", "toolCall", "write", $"/api/approvals/{approval.Id()}"), (
            (string)data["approvalId"]!, (string)data["runId"]!, (string)data["tenant"]!, (string)data["subject"]!, (string)data["action"]!, (string)data["path"]!));
        Assert.Equal(["finance"], data["groups"]!.AsArray().Select(group => (string)group!));
        Assert.Equal((string)approval["expiresAt"]!, (string)data["expiresAt"]!);
        Assert.DoesNotContain("a secret matter", received.Json.ToJsonString(), StringComparison.Ordinal);
        await app.WhenAsync($"runs/{runId}/audit", log => log["events"]!.AsArray().Any(entry => (string)entry!["type"]! == "webhook.delivered"));
    }

    [Theory]
    [InlineData("{expiresAfter: PT0.3S}", "failed|The runtime chose to skip the call: Nobody answered within PT0.3S.")]
    [InlineData("{expiresAfter: PT0.3S, onExpiry: ignore}", "failed|The runtime chose to skip the call: Nobody answered within PT0.3S.")]
    [InlineData("{expiresAfter: PT0.3S, onExpiry: response}", "failed|Nobody answered within PT0.3S.")]
    [InlineData("{expiresAfter: PT0.3S, onExpiry: accept}", "ok|")]
    public async Task When_nobody_answers_in_time_the_configured_outcome_counts(string terms, string result)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RuntimeApp.StartAsync(Clerk(terms), settings: receiver.Settings);

        var run = await app.ResultAsync(Start);

        var approval = (await app.GetAsync("approvals"))["approvals"]![0]!.AsObject();
        Assert.Equal((result, "expired", "runtime"), ((string)run["result"]!, (string)approval["status"]!, (string)approval["answer"]!["by"]!));
        Assert.Equal(result.StartsWith("ok", StringComparison.Ordinal) ? 1 : 0, app.Tools.Attempts.Count);
        var expired = (await app.EventsAsync((string)run["runId"]!, "approval.expired")).Single();
        Assert.Equal("runtime", Actor(expired));
        Assert.Single(await receiver.OfAsync("approval.expired"));
    }

    [Fact]
    public async Task A_late_answer_is_refused_and_changes_nothing()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk("{expiresAfter: PT0.3S}"));
        var run = await app.ResultAsync(Start);
        var before = (await app.GetAsync("approvals"))["approvals"]![0]!.AsObject();
        var log = await app.GetAsync($"runs/{run["runId"]}/audit");

        var (status, problem) = await app.AnswerAsync(before, "accept");

        Assert.Equal((HttpStatusCode.Conflict, "approvalId"), (status, problem.Field()));
        Assert.StartsWith("The time for an answer has passed", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(before.ToJsonString(), (await app.GetAsync($"approvals/{before.Id()}")).ToJsonString());
        Assert.Equal(log.ToJsonString(), (await app.GetAsync($"runs/{run["runId"]}/audit")).ToJsonString());
    }

    [Fact]
    public async Task Somebody_is_reminded_then_a_second_group_is_asked_and_may_answer()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RuntimeApp.StartAsync(
            Clerk("{groups: [finance], remindAfter: PT0.2S, escalateAfter: PT0.4S, escalateTo: [managers], expiresAfter: P1D}"),
            settings: [.. receiver.Settings, Asking.Principals]);
        var runId = await app.RunAsync(Start);

        var reminder = (await receiver.OfAsync("approval.reminder")).Single();
        var escalated = (await receiver.OfAsync("approval.escalated")).Single();
        var approval = await app.AskedAsync();
        var (other, _) = await app.AnswerAsAsync("cid; groups=legal", approval, "accept");
        var (status, _) = await app.AnswerAsAsync("bob; groups=managers", approval, "accept");
        var run = await app.EndAsync(runId);

        Assert.Equal(["finance"], reminder.Json["data"]!["groups"]!.AsArray().Select(group => (string)group!));
        Assert.Equal(["finance", "managers"], escalated.Json["data"]!["groups"]!.AsArray().Select(group => (string)group!));
        Assert.NotNull(approval["remindedAt"]);
        Assert.NotNull(approval["escalatedAt"]);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK, "ok|"), (other, status, (string)run["result"]!));
        Assert.Equal(
            ["approval.requested", "approval.reminder", "approval.escalated", "approval.answered"],
            (await app.TypesAsync(runId)).Where(type => type.StartsWith("approval.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_second_group_may_not_answer_before_the_escalation()
    {
        await using var app = await RuntimeApp.StartAsync(
            Clerk("{groups: [finance], escalateAfter: P1D, escalateTo: [managers]}"), settings: Asking.Principals);
        await app.RunAsync(Start);
        var approval = await app.AskedAsync();

        var (status, _) = await app.AnswerAsAsync("bob; groups=managers", approval, "accept");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(approval.ToJsonString(), (await app.GetAsync($"approvals/{approval.Id()}")).ToJsonString());
    }

    [Fact]
    public async Task A_question_that_expires_while_no_host_runs_expires_in_the_next_one()
    {
        var pack = Clerk("{expiresAfter: PT2S, onExpiry: accept}");
        string runId;
        DateTimeOffset end;
        await using (var first = await RuntimeApp.StartAsync(pack, folder.Path))
        {
            runId = await first.RunAsync(Start);
            end = (DateTimeOffset)(await first.AskedAsync())["expiresAt"]!;
        }

        await RuntimeApp.UntilAsync(() => DateTimeOffset.UtcNow > end);
        await using var second = await RuntimeApp.StartAsync(pack, folder.Path);
        var run = await second.EndAsync(runId);

        Assert.Equal("ok|", (string)run["result"]!);
        Assert.Single(await second.EventsAsync(runId, "approval.expired"));
    }

    [Fact]
    public async Task The_watch_ends_with_the_answer_and_with_the_run()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk("{expiresAfter: P30D}"));
        var answered = await app.RunAsync(Start);
        var approval = await app.AskedAsync();
        await app.AnswerAsync(approval, "accept");
        await app.EndAsync(answered);
        await app.Client.WaitForInstanceCompletionAsync($"watch-{approval.Id()}", RuntimeApp.Ended);

        var canceled = await app.RunAsync(Start);
        var other = await app.AskedAsync();
        await app.PostAsync($"runs/{canceled}/cancel", new { by = "ana" });
        await app.Client.WaitForInstanceCompletionAsync($"watch-{other.Id()}", RuntimeApp.Ended);
        var (status, problem) = await app.AnswerAsync(other, "accept");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.StartsWith("It was withdrawn", (string)problem["detail"]!, StringComparison.Ordinal);
        await RuntimeApp.UntilAsync(async () => !await app.Client.GetAllInstancesAsync(new OrchestrationQuery
        {
            Statuses = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending],
        }).AnyAsync(RuntimeApp.Ended));
    }

    [Fact]
    public async Task Whoever_may_raise_events_still_cannot_answer()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk("true"));
        var runId = await app.RunAsync(Start);
        var approval = await app.AskedAsync();

        await app.Client.RaiseEventAsync($"{runId}.agent", $"approval:{approval.Id()}", new { type = "accept", by = "mallory" }, RuntimeApp.Ended);
        await app.Client.RaiseEventAsync($"{runId}.agent", $"approval:{approval.Id()}", "nonsense", RuntimeApp.Ended);
        await app.AnswerAsync(approval, "ignore");
        var run = await app.EndAsync(runId);

        Assert.StartsWith("failed|ana chose", (string)run["result"]!, StringComparison.Ordinal);
        Assert.Empty(app.Tools.Attempts);
    }

    [Fact]
    public async Task An_answer_that_a_process_stored_and_did_not_tell_reaches_the_agent_within_a_minute_or_so()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk("true"));
        var runId = await app.RunAsync(Start);
        var approval = await app.AskedAsync();
        var answer = new ApprovalAnswer(ApprovalAnswerType.Accept, null, "ana", null, DateTimeOffset.UtcNow.AddMinutes(-5));

        await app.Service<IApprovalStore>().UpdateAsync(
            approval.Id(), pending => pending with { Status = ApprovalStatus.Answered, Answer = answer }, RuntimeApp.Ended);

        Assert.Equal("ok|", (string)(await app.EndAsync(runId))["result"]!);
    }

    private static string Actor(JsonObject entry) => entry["actor"] is JsonObject actor ? (string)actor["kind"]! : (string)entry["actor"]!;
}
