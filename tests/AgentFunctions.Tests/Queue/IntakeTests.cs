using System.Globalization;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Queue;

/// <summary>How messages of several tenants are taken up.</summary>
public sealed class IntakeTests
{
    private static readonly object Run = new { agent = "speaker", goal = "x" };

    private static TestPack Pack => new TestPack().Speaker("speaker");

    [Fact]
    public async Task A_message_that_fails_holds_up_neither_the_other_runs_of_its_tenant_nor_other_tenants()
    {
        var list = new WatchedList();
        await using var app = await RuntimeApp.StartAsync(Pack, list.Replace, "--Admission:MaxAttempts=100");
        await OpenAsync(app, "own", "other");
        await HoldAsync(list, async () =>
        {
            // They come in one batch, which fails as a whole, and then one by one.
            await app.RunAsync(Run, "own");
            list.BrokenFor = await app.RunAsync(Run, "own");
        });
        var runs = new List<string>();
        for (var index = 0; index < 3; index++)
        {
            runs.Add(await app.RunAsync(Run, "own"));
            runs.Add(await app.RunAsync(Run, "other"));
        }

        foreach (var run in runs)
        {
            Assert.Equal("completed", (string)(await app.EndAsync(run))["status"]!);
        }

        Assert.Equal("queued", (string)(await app.GetAsync($"runs/{list.BrokenFor}"))["status"]!);
        Assert.True(list.Attempts >= 2);
        var healed = list.BrokenFor!;
        list.BrokenFor = null;
        Assert.Equal("completed", (string)(await app.EndAsync(healed))["status"]!);
        Assert.Empty(await app.AllAsync("queue/deadletter", "deadLetters"));
    }

    [Fact]
    public async Task A_tenant_that_sends_without_end_has_one_batch_and_then_the_others_have_theirs()
    {
        const int Many = 200;
        var list = new WatchedList();
        await using var app = await RuntimeApp.StartAsync(Pack, list.Replace, "--Admission:Total=1");
        await OpenAsync(app, "large", "small", "tiny");
        await HoldAsync(list, async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => app.RunAsync(Run, "large")));
            await app.RunAsync(Run, "small");
            await app.RunAsync(Run, "tiny");
        });
        await app.WhenAsync("queue", _ => list.Added.Sum(batch => batch.Count) == Many + 2);

        // The first batch was taken before the others came.
        var turns = list.Added.Select(batch => Assert.Single(batch.Select(run => run.Tenant).Distinct())).ToList();
        Assert.Equal(["large", "small", "tiny"], turns.Take(3).Order());
        Assert.Equal("large", turns[0]);
        Assert.All(list.Added, batch => Assert.InRange(batch.Count, 1, BatchSize));
        Assert.Equal(2 + 1 + ((Many - list.Added[0].Count + BatchSize - 1) / BatchSize), turns.Count);
    }

    /// <summary>From host.json.</summary>
    private static int BatchSize => int.Parse(
        System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")))!
            ["extensions"]!["serviceBus"]!["maxMessageBatchSize"]!.ToJsonString(),
        CultureInfo.InvariantCulture);

    /// <summary>A thread for each tenant, of its name.</summary>
    private static async Task OpenAsync(RuntimeApp app, params string[] tenants)
    {
        foreach (var tenant in tenants)
        {
            await app.PostAsync("threads", new { threadId = tenant, tenant, budgetUsd = 100 });
        }
    }

    /// <summary>Keeps the list from going on with the first batch that comes until all of something has been sent.</summary>
    private static async Task HoldAsync(WatchedList list, Func<Task> send)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        list.Before = () => sent.Task;
        await send();
        list.Before = () => Task.CompletedTask;
        sent.SetResult();
    }
}
