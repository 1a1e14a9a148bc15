using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Queue;

/// <summary>Runs wait to be admitted, and start as others end.</summary>
public sealed class LimitTests
{
    private static TestPack Pack => new TestPack()
        .React("worker", "tools: [write]", """
              - when: turn == 1
                calls: [{tool: write, args: '{"text":"{{ goal }}"}'}]
              - text: done
            """)
        .React("clerk", "tools: [write]", """
              - when: turn == 1
                calls: [{tool: write, args: '{"text":"{{ goal }}"}'}]
              - text: done
            """)
        .Speaker("speaker");

    [Fact]
    public async Task No_more_runs_go_on_at_the_same_time_than_the_total_and_each_that_ends_lets_another_start()
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=3");
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };

        var runs = await Task.WhenAll(Enumerable.Range(0, 12).Select(index => app.RunAsync(new { agent = "worker", goal = $"g{index}" })));
        await RuntimeApp.UntilAsync(() => gate.Arrived == 3);
        var shown = await Task.WhenAll(runs.Select(run => app.GetAsync($"runs/{run}")));
        var waiting = shown.Where(run => (string)run["status"]! == "queued").ToList();
        gate.Open();
        var ended = await Task.WhenAll(runs.Select(app.EndAsync));

        Assert.Equal(9, waiting.Count);
        Assert.Equal(Enumerable.Range(1, 9), waiting.Select(run => (int)run["queue"]!["position"]!).Order());
        Assert.All(waiting, run => Assert.Null(run["admittedAt"]));
        Assert.All(ended, run => Assert.Equal("completed", (string)run["status"]!));
        Assert.All(ended, run => Assert.NotNull(run["admittedAt"]));
        Assert.All(ended, run => Assert.Null(run["queue"]));
        Assert.Equal(3, app.Tools.MostAtOnce);
        Assert.Equal(12, app.Tools.Attempts.Count);
    }

    [Theory]
    [InlineData("--Admission:PerTenant=2")]
    [InlineData("--Admission:Tenants:acme:MaxConcurrent=2")]
    [InlineData("--Admission:Departments:ops:MaxConcurrent=2")]
    [InlineData("--Admission:Agents:worker:MaxConcurrent=2")]
    [InlineData("--Admission:Models:scripted:MaxConcurrent=2")]
    [InlineData("--Admission:Models:scripted:RequestsPerMinute=2")]
    [InlineData("--Admission:Models:scripted:TokensPerMinute=2100")]
    public async Task Each_limit_holds_back_whom_it_is_for_and_nobody_else(string limit)
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, limit);
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };
        await app.PostAsync("threads", new { threadId = "limited", tenant = "acme", department = "ops", budgetUsd = 100 });
        await app.PostAsync("threads", new { threadId = "free", tenant = "other", budgetUsd = 100 });
        var isOfModel = limit.Contains("Models", StringComparison.Ordinal);

        var limited = await Task.WhenAll(Enumerable.Range(0, 4).Select(index => app.RunAsync(new { agent = "worker", goal = $"g{index}" }, "limited")));
        await RuntimeApp.UntilAsync(() => gate.Arrived == 2);
        var other = await app.RunAsync(new { agent = "clerk", goal = "other" }, "free");
        if (isOfModel)
        {
            // Everybody's model is the same.
            await app.RunWhenAsync(other, run => run["queue"] is not null);
        }
        else
        {
            await RuntimeApp.UntilAsync(() => gate.Arrived == 3);
        }

        Assert.Equal(isOfModel ? 2 : 3, gate.Arrived);
        Assert.Equal(2, (await Task.WhenAll(limited.Select(run => app.GetAsync($"runs/{run}")))).Count(run => run["queue"] is JsonObject));
        gate.Open();
    }

    [Fact]
    public async Task Of_a_tenants_runs_the_urgent_go_first_and_batch_last()
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=1");
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };
        await app.RunAsync(new { agent = "worker", goal = "first" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);

        string[] asked = ["batch", "normal", "urgent"];
        var runs = new List<string>();
        foreach (var priority in asked)
        {
            runs.Add(await app.RunAsync(new { agent = "worker", goal = priority, priority }));
            await app.RunWhenAsync(runs[^1], run => run["queue"] is not null);
        }

        var places = await Task.WhenAll(runs.Select(async run => (int)(await app.GetAsync($"runs/{run}"))["queue"]!["position"]!));
        gate.Open();
        var ended = await Task.WhenAll(runs.Select(app.EndAsync));

        Assert.Equal([3, 2, 1], places);
        Assert.Equal(["first", "urgent", "normal", "batch"], app.Tools.TextsOf("write"));
        Assert.Equal(asked, ended.Select(run => (string)run["priority"]!));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_while_it_waits_never_starts_and_takes_no_slot()
    {
        await using var app = await RuntimeApp.StartAsync(Pack, folder: null, "--Admission:Total=1");
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };
        var first = await app.RunAsync(new { agent = "worker", goal = "first" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);
        var unwanted = await app.RunAsync(new { agent = "worker", goal = "unwanted" });
        var last = await app.RunAsync(new { agent = "worker", goal = "last" });
        await app.RunWhenAsync(unwanted, run => run["queue"] is not null);

        await app.PostAsync($"runs/{unwanted}/cancel", new { by = "ann", reason = "not needed" });
        var canceled = await app.EndAsync(unwanted);
        gate.Open();

        Assert.Equal("canceled", (string)canceled["status"]!);
        Assert.Null(canceled["queue"]);
        Assert.Equal("completed", (string)(await app.EndAsync(first))["status"]!);
        Assert.Equal("completed", (string)(await app.EndAsync(last))["status"]!);
        Assert.Equal(["first", "last"], app.Tools.TextsOf("write"));
        Assert.Null(await app.Client.GetInstanceAsync(unwanted, RuntimeApp.Ended));
        Assert.DoesNotContain("run.started", await app.TypesAsync(unwanted));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("Urgent")]
    public async Task A_priority_that_does_not_exist_is_refused(string priority)
    {
        await using var app = await RuntimeApp.StartAsync(Pack);
        var (status, problem) = await app.PostAsync($"threads/{await app.ThreadAsync()}/runs", new { agent = "speaker", goal = "x", priority });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("priority", (string)problem["errors"]![0]!["field"]!);
    }
}
