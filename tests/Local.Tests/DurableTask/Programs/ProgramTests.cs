using CrashHost.Programs;
using FsCheck.Xunit;
using Local.Tests.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Local.Tests.DurableTask.Programs;

public sealed class ProgramTests(ProgramHost host) : IClassFixture<ProgramHost>
{
    private const int Tests = 80;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => DurableApp.Cancel;

    [Property(Arbitrary = [typeof(ProgramGenerator)], MaxTest = Tests)]
    public Task A_program_does_what_the_model_of_the_semantics_says(Workflow workflow) => CheckAsync(host.Keeping, workflow);

    [Property(Arbitrary = [typeof(ProgramGenerator)], MaxTest = Tests)]
    public Task A_program_whose_code_is_run_from_the_start_in_every_turn_does_the_same(Workflow workflow) =>
        CheckAsync(host.Replaying, workflow);

    private async Task CheckAsync(DurableApp app, Workflow workflow)
    {
        var root = $"{Guid.NewGuid():N}";
        var expected = Expectation.Of(workflow);

        await Batch.StartAsync(app.Client, workflow, root, Cancel);
        var ended = await app.Client.WaitForInstanceCompletionAsync(root, true, Cancel).WaitAsync(Patience, Cancel);

        Assert.Equal(expected.Outcome, OutcomeOf(ended));
        var executions = Ledger.Read(host.LedgerFile)
            .Where(line => line.StartsWith(root, StringComparison.Ordinal))
            .CountBy(line => line[(root.Length + 1)..]);
        Assert.Equal(expected.Executions.OrderBy(each => each.Key, StringComparer.Ordinal), executions.OrderBy(each => each.Key, StringComparer.Ordinal));
        for (var entity = 0; entity < ProgramGenerator.Entities; entity++)
        {
            await CheckEntityAsync(app, expected.Writes, root, entity);
        }
    }

    private static async Task CheckEntityAsync(DurableApp app, Writes writes, string root, int entity)
    {
        var id = new EntityInstanceId(Names.Entity, Names.EntityKey(root, entity));
        var expected = writes.All.Where(each => each.Entity == entity).Select(each => each.Path).Order(StringComparer.Ordinal).ToList();
        var seen = await Eventually.GetAsync(
            async () => (await app.Client.Entities.GetEntityAsync<List<string>>(id, Cancel))?.State ?? [],
            state => state.Count >= expected.Count);
        Assert.Equal(expected, seen.Order(StringComparer.Ordinal));
        Assert.True(writes.Allows(entity, seen), $"Entity {entity} was written in another order than the program says: {string.Join(", ", seen)}");
    }

    private static Outcome OutcomeOf(OrchestrationMetadata ended) => ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed
        ? new Outcome(ended.ReadOutputAs<string>(), null)
        : new Outcome(null, Failures.MessageOf(ended.FailureDetails!));
}
