using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Budgets;

/// <summary>Tells the budget of a model or tool call that was on its way when its run was ended: nobody else is left to tell.</summary>
/// <param name="runs">The runs.</param>
/// <param name="time">The clock.</param>
public sealed class LateSpending(IRunStore runs, TimeProvider time)
{
    /// <summary>Settles the tree again, if it has ended, with a total that holds all that is on record now.</summary>
    /// <param name="runId">The run that made the call.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ReportAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await runs.GetAsync(runId, cancellationToken) is not { IsFinished: true } run)
        {
            return;
        }

        var tree = await runs.ListTreeAsync(run.RootRunId, cancellationToken);
        if (tree.Any(each => each.RunId == run.RootRunId && each.IsFinished))
        {
            await client.Entities.SignalEntityAsync(
                BudgetEntity.For(run.ThreadId),
                BudgetEntity.Settle,
                new BudgetSettlement(
                    run.RootRunId,
                    Amounts.UsedBy(tree),
                    time.GetUtcNow().UtcDateTime,
                    IsLate: true),
                options: null,
                cancellationToken);
        }
    }
}
