using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Http.Principals;
using AgentFunctions.Tests.Runs;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Tests.Approvals;

/// <summary>Who may answer, and how the app knows who it is.</summary>
public class PrincipalTests
{
    private static readonly object Start = new { agent = "boss", goal = "x" };

    private static TestPack Boss(string approval) => new TestPack().Planner(
        "boss", "", $$$"""{"steps":[{"id":"ask","kind":"approval","description":"Go?","args":{"to":"bob"},"approval":{{{approval}}}}]}""");

    [Fact]
    public async Task With_Easy_Auth_the_group_is_that_of_the_platforms_principal()
    {
        await using var app = await RuntimeApp.StartAsync(Boss("""{"groups":["finance"]}"""), settings: ["--WEBSITE_AUTH_ENABLED=True", RuntimeApp.OperatorKey]);
        var runId = await app.RunAsync(Start);
        var approval = await app.AskedAsync();
        Task<(HttpStatusCode Status, JsonObject Body)> AnswerAsync(string? principal, object body) => app.SendAsync(
            HttpMethod.Post, $"approvals/{approval.Id()}", JsonContent.Create(body), headers: principal is null ? [] : [("X-MS-CLIENT-PRINCIPAL", principal)]);

        var (nobody, _) = await AnswerAsync(null, new { type = "accept", by = "ana" });
        var (broken, _) = await AnswerAsync("not base64", new { type = "accept" });
        var (anonymous, _) = await AnswerAsync(Header("", "1", "ana", "finance"), new { type = "accept" });
        var (other, problem) = await AnswerAsync(Header("aad", "1", "ana", "legal"), new { type = "accept" });
        var (liar, named) = await AnswerAsync(Header("aad", "1", "ana", "finance"), new { type = "accept", by = "bob" });
        var (played, _) = await app.AnswerAsAsync("ana; groups=finance", approval, "accept");
        var untouched = await app.GetAsync($"approvals/{approval.Id()}");
        var (member, _) = await AnswerAsync(Header("aad", "1", "ana", "finance"), new { type = "accept" });
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (nobody, broken, anonymous, played));
        Assert.Equal((HttpStatusCode.Forbidden, "approvalId"), (other, problem.Field()));
        Assert.Equal((HttpStatusCode.BadRequest, "by"), (liar, named.Field()));
        Assert.Equal(approval.ToJsonString(), untouched.ToJsonString());
        Assert.Equal((HttpStatusCode.OK, "completed"), (member, (string)run["status"]!));
        Assert.Equal("ana", (string)(await app.GetAsync($"approvals/{approval.Id()}"))["answer"]!["by"]!);
        var vote = (await app.EventsAsync(runId, "approval.answered")).Single()["data"]!["votes"]![0]!;
        Assert.Equal(("1", true), ((string)vote["approverId"]!, (bool)vote["verified"]!));
    }

    [Theory]
    [InlineData("X-MS-CLIENT-PRINCIPAL")]
    [InlineData("X-Development-Principal")]
    public async Task Where_nobody_vouches_for_principals_a_header_is_not_believed(string header)
    {
        await using var app = await RuntimeApp.StartAsync(Boss("""{"groups":["finance"]}"""));
        await app.RunAsync(Start);
        var approval = await app.AskedAsync();
        var value = header.StartsWith("X-MS", StringComparison.Ordinal) ? Header("aad", "1", "ana", "finance") : "ana; groups=finance";

        var (status, _) = await app.SendAsync(
            HttpMethod.Post, $"approvals/{approval.Id()}", JsonContent.Create(new { type = "accept", by = "ana" }), headers: (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(approval.ToJsonString(), (await app.GetAsync($"approvals/{approval.Id()}")).ToJsonString());
    }

    [Fact]
    public async Task Four_eyes_the_second_must_be_somebody_else_and_has_to_agree_to_the_same()
    {
        await using var app = await RuntimeApp.StartAsync(Boss("""{"groups":["finance"],"approvers":2}"""), settings: Asking.Principals);
        var runId = await app.RunAsync(Start);
        var approval = await app.AskedAsync();
        const string Ana = "ana; groups=finance";
        const string Bob = "bob; groups=finance";

        var (first, pending) = await app.AnswerAsAsync(Ana, approval, "accept");
        var (repeated, _) = await app.AnswerAsAsync(Ana, approval, "accept");
        var (again, problem) = await app.AnswerAsAsync(Ana, approval, "ignore");
        var (changed, proposal) = await app.AnswerAsAsync(Bob, approval, "edit", new { to = "eva" });
        var (blind, stale) = await app.AnswerAsAsync(Ana, approval, "accept", revision: 1);
        var waiting = await app.GetAsync($"runs/{runId}");
        var (second, decided) = await app.AnswerAsAsync(Ana, approval, "accept", revision: 2);
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.OK, "pending", HttpStatusCode.OK), (first, (string)pending["status"]!, repeated));
        Assert.Equal((HttpStatusCode.Conflict, "You have answered already; it is for somebody else now."), (again, (string)problem["detail"]!));
        Assert.Equal((HttpStatusCode.OK, "pending", 2, "eva"), (changed, (string)proposal["status"]!, (int)proposal["revision"]!, (string)proposal["proposal"]!["to"]!));
        Assert.Equal((HttpStatusCode.Conflict, "revision"), (blind, stale.Field()));
        Assert.Equal("waiting", (string)waiting["status"]!);
        Assert.Equal((HttpStatusCode.OK, "answered", "edit"), (second, (string)decided["status"]!, (string)decided["answer"]!["type"]!));
        Assert.Equal("eva", (string)run["result"]!["to"]!);
        Assert.Equal(["ana accept 1", "bob edit 2", "ana accept 2"], (await app.EventsAsync(runId, "approval.answered")).Single()["data"]!["votes"]!.AsArray()
            .Select(vote => $"{vote!["by"]} {vote["type"]} {vote["revision"]}"));
    }

    [Fact]
    public async Task Of_many_who_answer_at_once_one_decides_and_the_others_are_told()
    {
        await using var app = await RuntimeApp.StartAsync(Boss("{}"));
        var runId = await app.RunAsync(Start);
        var approval = await app.AskedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => app.AnswerAsync(approval, i % 2 == 0 ? "accept" : "ignore", by: $"p{i}")));
        await app.EndAsync(runId);

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(15, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        Assert.Single(await app.EventsAsync(runId, "approval.answered"));
    }

    [Fact]
    public async Task Who_changes_a_budget_or_cancels_a_run_is_the_principal_too()
    {
        await using var app = await RuntimeApp.StartAsync(Boss("{}"), settings: Asking.Principals);
        var runId = await app.RunAsync(Start);
        await app.AskedAsync();

        var (budget, _) = await app.PostAsync("threads/case/budget", new { limitUsd = 1m, by = "mallory", reason = "x" });
        var (cancel, _) = await app.PostAsync($"runs/{runId}/cancel", new { by = "mallory" });
        var (allowed, _) = await app.SendAsync(
            HttpMethod.Post, $"runs/{runId}/cancel", JsonContent.Create(new { reason = "Enough." }), headers: ("X-Development-Principal", "ana"));
        await app.InAsync(runId, "canceled");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Accepted), (budget, cancel, allowed));
        Assert.Contains("ana", (await app.EventsAsync(runId, "run.canceled")).Single()["actor"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_passes_for_the_runtime()
    {
        await using var app = await RuntimeApp.StartAsync(Boss("{}"));
        await app.RunAsync(Start);

        var (status, problem) = await app.AnswerAsync(await app.AskedAsync(), "accept", by: "Runtime");

        Assert.Equal((HttpStatusCode.BadRequest, "by"), (status, problem.Field()));
    }

    [Theory]
    [InlineData("", "None")]
    [InlineData("WEBSITE_AUTH_ENABLED=True", "EasyAuth")]
    [InlineData("WEBSITE_AUTH_ENABLED=False", "None")]
    [InlineData("Principals:Source=easyAuth", null)]
    [InlineData("Principals:Source=easyAuth,WEBSITE_AUTH_ENABLED=True", "EasyAuth")]
    [InlineData("Principals:Source=development", "Development")]
    [InlineData("Principals:Source=none", "None")]
    [InlineData("Principals:Source=none,WEBSITE_AUTH_ENABLED=true", null)]
    [InlineData("Principals:Source=development,WEBSITE_AUTH_ENABLED=true", null)]
    [InlineData("Principals:Source=development,WEBSITE_SITE_NAME=app", null)]
    [InlineData("Principals:Source=header", null)]
    public void The_header_counts_where_the_platform_sets_it_only_and_development_never_does_in_Azure(string settings, string? source)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(each => each.Split('=')).Select(each => KeyValuePair.Create(each[0], (string?)each[1]))).Build();

        if (source is null)
        {
            Assert.Contains("Principals:Source", Assert.Throws<InvalidOperationException>(() => PrincipalSettings.From(configuration)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(source, PrincipalSettings.From(configuration).Source.ToString());
        }
    }

    private static string Header(string type, string id, string name, string group) => Convert.ToBase64String(Encoding.UTF8.GetBytes(
        $$"""
        {"auth_typ":"{{type}}","name_typ":"name","role_typ":"roles","claims":[
          {"typ":"http://schemas.microsoft.com/identity/claims/objectidentifier","val":"{{id}}"},
          {"typ":"tid","val":"acme"},{"typ":"name","val":"{{name}}"},{"typ":"groups","val":"{{group}}"}]}
        """));
}
