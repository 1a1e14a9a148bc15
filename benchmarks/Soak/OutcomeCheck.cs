using CrashHost.Programs;
using Local.Tests.DurableTask.Programs;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Benchmarks.Soak;

/// <summary>Compares what came of the programs with what must come of them, by the engine's client.</summary>
internal sealed class OutcomeCheck(DurableTaskClient client, Problems problems)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private Dictionary<string, List<string>> entities = [];

    public int Completed { get; private set; }

    /// <summary>Programs whose start was acknowledged and that are not there, or have not ended.</summary>
    public int LostInstances { get; private set; }

    /// <summary>Programs that ended otherwise than they must.</summary>
    public int OtherOutcomes { get; private set; }

    /// <summary>Writes into entities that must be there: calls, signals and critical sections.</summary>
    public int Writes { get; private set; }

    public int LostWrites { get; private set; }

    public int DoubledWrites { get; private set; }

    /// <summary>Entities that were written in an order that no run of the program gives.</summary>
    public int OtherOrders { get; private set; }

    /// <summary>Waits until as many writes are there as must be, or for as long as nothing that is on its way can take.</summary>
    public async Task SettleAsync(IEnumerable<SoakProgram> programs, CancellationToken cancellation)
    {
        Writes = programs.Sum(program => program.Expectation.Writes.All.Count());
        using var limit = new CancellationTokenSource(Patience);
        while ((entities = await EntitiesAsync(cancellation)).Values.Sum(state => state.Count) < Writes && !limit.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    /// <summary>Whether a program has ended; what it did is counted.</summary>
    public async Task<bool> CheckAsync(SoakProgram program, CancellationToken cancellation)
    {
        var found = await client.GetInstanceAsync(program.Root, getInputsAndOutputs: true, cancellation);
        if (found is not { IsCompleted: true })
        {
            LostInstances++;
            problems.Add($"{program.Root}: acknowledged, and now {found?.RuntimeStatus.ToString() ?? "not there"}");
            return false;
        }

        Completed++;
        var outcome = found.RuntimeStatus == OrchestrationRuntimeStatus.Completed
            ? new Outcome(found.ReadOutputAs<string>(), null)
            : new Outcome(null, Failures.MessageOf(found.FailureDetails!));
        if (outcome != program.Expectation.Outcome)
        {
            OtherOutcomes++;
            problems.Add($"{program.Root}: ended as {outcome} instead of {program.Expectation.Outcome}");
        }

        for (var entity = 0; entity < ProgramGenerator.Entities; entity++)
        {
            CheckEntity(program, entity);
        }

        return true;
    }

    private void CheckEntity(SoakProgram program, int entity)
    {
        var seen = entities.GetValueOrDefault(Names.EntityKey(program.Root, entity)) ?? [];
        var writes = program.Expectation.Writes;
        var expected = writes.All.Where(each => each.Entity == entity).CountBy(each => each.Path).ToDictionary(StringComparer.Ordinal);
        var counts = seen.CountBy(each => each).ToDictionary(StringComparer.Ordinal);
        var lost = expected.Sum(each => Math.Max(0, each.Value - counts.GetValueOrDefault(each.Key)));
        var doubled = counts.Sum(each => Math.Max(0, each.Value - expected.GetValueOrDefault(each.Key)));
        LostWrites += lost;
        DoubledWrites += doubled;
        if (lost + doubled > 0)
        {
            problems.Add($"{program.Root}: entity {entity} lacks {lost} writes and has {doubled} too many: {string.Join(' ', seen)}");
        }
        else if (!writes.Allows(entity, seen))
        {
            OtherOrders++;
            problems.Add($"{program.Root}: entity {entity} was written in another order than the program says: {string.Join(' ', seen)}");
        }
    }

    private async Task<Dictionary<string, List<string>>> EntitiesAsync(CancellationToken cancellation)
    {
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        await foreach (var entity in client.Entities.GetAllEntitiesAsync<List<string>>().WithCancellation(cancellation))
        {
            found[entity.Id.Key] = entity.State;
        }

        return found;
    }
}
