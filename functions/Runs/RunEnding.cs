using AgentFunctions.Budgets;
using AgentFunctions.Queue;
using AgentFunctions.Schedules;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Runs;

/// <summary>Ends a run from outside, with all its descendants, so that no orphan goes on spending.</summary>
public static class RunEnding
{
    /// <summary>The instance id of the orchestration that ends a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="status">How it ends.</param>
    public static string InstanceId(string runId, RunStatus status) => status == RunStatus.Expired ? $"expire-{runId}" : $"end-{runId}";

    /// <summary>See <see cref="Orchestrations.EndRun"/>.</summary>
    /// <param name="context">The orchestration. Input: <see cref="EndRunRequest"/>.</param>
    [Function(Orchestrations.EndRun)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var request = context.GetInput<EndRunRequest>()!;

        // First the records, so that activities on their way find the run ended and do nothing more; then the instances.
        var ended = await context.CallActivityAsync<TreeEnd>(nameof(RunEndingActivities.EndTree), request, Activities.Retried);
        await context.CallActivityAsync(nameof(RunEndingActivities.TerminateTree), request, Activities.Retried);

        // A fan-out that was just spawning may have left children behind the first sweep.
        await context.CallActivityAsync<TreeEnd>(nameof(RunEndingActivities.EndTree), request, Activities.Retried);
        if (ended.IsRoot)
        {
            await context.Entities.SignalEntityAsync(AdmissionEntity.Id, AdmissionEntity.End, new SlotEnd(request.RunId));
            var settlement = await context.CallActivityAsync<BudgetSettlement>(
                nameof(RunEndingActivities.TotalOfTree), request, Activities.Retried);
            await context.Entities.CallEntityAsync(BudgetEntity.For(ended.ThreadId), BudgetEntity.Settle, settlement);
            if (ended.HasDeadline && request.Status != RunStatus.Expired)
            {
                context.SendEvent(RunDeadlines.InstanceId(request.RunId), RunEvents.RunEnded, payload: true);
            }

            ScheduleOwner.Tell(context, ended.ScheduleOwner);
        }
    }
}
