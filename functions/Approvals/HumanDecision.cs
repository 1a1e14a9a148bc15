using System.Text.Json;
using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Approvals;

/// <summary>Waits for a human as an external event: nothing runs and nothing is billed meanwhile. Orchestrator code.</summary>
public static class HumanDecision
{
    /// <summary>Puts a question up, waits for its answer, and applies it.</summary>
    /// <typeparam name="T">What the answer means.</typeparam>
    /// <param name="context">The orchestration that waits.</param>
    /// <param name="ask">The question.</param>
    /// <param name="decide">The activity that applies the answer.</param>
    public static async Task<T> DecideAsync<T>(TaskOrchestrationContext context, ApprovalAsk ask, string decide)
        where T : class => await AnsweredAsync<T>(context, ask, await AskAsync(context, ask), decide);

    /// <summary>Puts a question up.</summary>
    /// <param name="context">The orchestration that waits.</param>
    /// <param name="ask">The question.</param>
    public static Task<ApprovalAsked> AskAsync(TaskOrchestrationContext context, ApprovalAsk ask) =>
        context.CallActivityAsync<ApprovalAsked>(nameof(QuestionActivities.RequestApproval), ask, Activities.Retried);

    /// <summary>Waits for the answer and applies it.</summary>
    /// <typeparam name="T">What the answer means.</typeparam>
    /// <param name="context">The orchestration that waits.</param>
    /// <param name="ask">The question.</param>
    /// <param name="asked">The question as it was put.</param>
    /// <param name="decide">The activity that applies the answer.</param>
    /// <remarks>The event only wakes: whoever may raise events still cannot answer, because what counts is what the store has.</remarks>
    public static async Task<T> AnsweredAsync<T>(TaskOrchestrationContext context, ApprovalAsk ask, ApprovalAsked asked, string decide)
        where T : class
    {
        for (var isAnswered = asked.IsAnswered; ; isAnswered = false)
        {
            if (!isAnswered)
            {
                await context.WaitForExternalEvent<JsonElement>(RunEvents.ApprovalAnswered(asked.ApprovalId));
            }

            var decided = await context.CallActivityAsync<T?>(decide, new ApprovalDecision(ask, asked.ApprovalId), Activities.Retried);
            if (decided is not null)
            {
                if (asked.IsWatched)
                {
                    context.SendEvent(ApprovalWatch.InstanceId(asked.ApprovalId), RunEvents.ApprovalClosed, payload: true);
                }

                return decided;
            }
        }
    }
}
