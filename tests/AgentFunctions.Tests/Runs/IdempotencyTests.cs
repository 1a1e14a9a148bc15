using System.Net;

namespace AgentFunctions.Tests.Runs;

/// <summary>The same request, sent more than once.</summary>
public class IdempotencyTests
{
    [Fact]
    public async Task Requests_of_one_key_at_the_same_time_are_one_run_whose_model_is_called_once()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        var thread = await app.ThreadAsync();
        var body = new { agent = "clerk", goal = "x" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => app.PostAsync($"threads/{thread}/runs", body, "one")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        var runId = Assert.Single(answers.Select(answer => (string)answer.Body["runId"]!).Distinct());
        var run = await app.EndAsync(runId);
        var late = await app.PostAsync($"threads/{thread}/runs", body, "one");
        Assert.Equal((HttpStatusCode.Accepted, runId), (late.Status, (string)late.Body["runId"]!));
        Assert.Equal((1, "completed"), ((int)run["usage"]!["modelCalls"]!, (string)late.Body["status"]!));
        Assert.Single(await app.EventsAsync(runId, "run.created"));
        Assert.Single(await app.EventsAsync(runId, "model.call"));
        Assert.Single((await app.GetAsync($"threads/{thread}"))["runs"]!.AsArray());
    }

    [Fact]
    public async Task The_same_key_in_another_thread_is_another_run()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));

        var one = await app.RunAsync(new { agent = "clerk", goal = "x" }, await app.ThreadAsync(threadId: "a"), "key");
        var other = await app.RunAsync(new { agent = "clerk", goal = "x" }, await app.ThreadAsync(threadId: "b"), "key");

        Assert.NotEqual(one, other);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused_and_starts_nothing()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        var thread = await app.ThreadAsync();
        await app.RunAsync(new { agent = "clerk", goal = "x" }, thread, "key");

        var (status, problem) = await app.PostAsync($"threads/{thread}/runs", new { agent = "clerk", goal = "y" }, "key");

        Assert.Equal((HttpStatusCode.Conflict, "Idempotency-Key"), (status, (string)problem["errors"]![0]!["field"]!));
        Assert.Single((await app.GetAsync($"threads/{thread}"))["runs"]!.AsArray());
    }
}
