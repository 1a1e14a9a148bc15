using AgentFunctions.Agents;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Schedules;
using AgentFunctions.Tests.Storage;

namespace AgentFunctions.Tests.Runs;

/// <summary>Runs whose deadline passes before they have started.</summary>
public sealed class QueuedDeadlineTests
{
    [Fact]
    public async Task A_run_that_is_still_queued_when_its_deadline_passes_in_a_downtime_expires_without_having_begun_anything()
    {
        using var folder = new TempFolder();
        using var time = new JumpingTime(DateTimeOffset.UtcNow);
        var pack = new TestPack().Speaker("clerk");
        await using (var first = await RuntimeApp.StartAsync(pack, folder.Path, time))
        {
            await first.ThreadAsync();

            // As where the process dies right after the run was accepted.
            var agent = (await first.Service<IAgentCatalog>().FindAsync("clerk", RuntimeApp.Ended))!;
            await first.Service<IAgentStore>().KeepAsync(agent, RuntimeApp.Ended);
            await first.Service<IRunStore>().CreateAsync(
                Stores.NewRun("run-late") with
                {
                    Agent = "clerk",
                    AgentHash = agent.Hash,
                    CreatedAt = time.GetUtcNow(),
                    Deadline = time.GetUtcNow().AddSeconds(30),
                },
                new AuditDraft("run.created", "runtime"),
                RuntimeApp.Ended);
        }

        time.Jump(TimeSpan.FromMinutes(5));
        await using var second = await RuntimeApp.StartAsync(pack, folder.Path, time);
        time.Jump(TimeSpan.FromMinutes(1));
        var run = await second.EndAsync("run-late");

        Assert.Equal("expired", (string)run["status"]!);
        Assert.Equal(0, (int)run["usage"]!["modelCalls"]!);
        Assert.Equal(["run.created", "run.expired"], await second.TypesAsync("run-late"));
        Assert.Equal(0m, (decimal)(await second.BudgetAsync("case"))["reservedUsd"]!);
    }
}
