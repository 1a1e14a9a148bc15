using AgentFunctions.Budgets;
using AgentFunctions.Runs;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Http;

/// <summary>Changes limits and waits until they count.</summary>
internal static class BudgetChanges
{
    /// <summary>Applies a change; the account of a department or thread as it is after it.</summary>
    public static async Task<BudgetAccount?> ApplyAsync(DurableTaskClient client, BudgetChange change, CancellationToken cancellationToken)
    {
        var instance = await client.ScheduleNewOrchestrationInstanceAsync(Orchestrations.ChangeBudget, change, cancellationToken);
        var done = await client.WaitForInstanceCompletionAsync(instance, getInputsAndOutputs: true, cancellationToken);
        return done is { RuntimeStatus: OrchestrationRuntimeStatus.Completed }
            ? done.ReadOutputAs<BudgetAccount>()
            : throw new InvalidOperationException($"The change of the budget ended as {done.RuntimeStatus}: {done.FailureDetails?.ErrorMessage}");
    }
}
