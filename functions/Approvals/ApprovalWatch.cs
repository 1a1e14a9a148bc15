using System.Text.Json;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Approvals;

/// <summary>What happens to a question while nobody answers.</summary>
public enum ApprovalMoment
{
    /// <summary>It is put again.</summary>
    Reminder,

    /// <summary>Further groups may answer.</summary>
    Escalation,

    /// <summary>The default outcome counts.</summary>
    Expiry,
}

/// <summary>When something happens to a question.</summary>
/// <param name="Moment">What.</param>
/// <param name="At">UTC.</param>
public sealed record TimedMoment(ApprovalMoment Moment, DateTime At);

/// <summary>A question that is watched.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="RunId">The run.</param>
/// <param name="Moments">What is to happen, in order.</param>
public sealed record WatchedApproval(string ApprovalId, string RunId, IReadOnlyList<TimedMoment> Moments);

/// <summary>A moment that has come.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="Moment">Which.</param>
public sealed record ReachedMoment(string ApprovalId, ApprovalMoment Moment);

/// <summary>Watches one question on durable timers: reminder, escalation, expiry. Ends with the answer.</summary>
public static class ApprovalWatch
{
    /// <summary>The instance id of an approval's watch.</summary>
    /// <param name="approvalId">The approval.</param>
    public static string InstanceId(string approvalId) => $"watch-{approvalId}";

    /// <summary>What is to happen to a question, in order.</summary>
    /// <param name="approval">The approval.</param>
    public static IReadOnlyList<TimedMoment> Moments(ApprovalRecord approval)
    {
        var terms = approval.Terms;
        (ApprovalMoment Moment, TimeSpan? After)[] all =
        [
            (ApprovalMoment.Reminder, terms.RemindAfter),
            (ApprovalMoment.Escalation, terms.EscalateAfter),
            (ApprovalMoment.Expiry, terms.ExpiresAfter),
        ];
        return
        [
            .. all
                .Where(each => each.After is { } after && after <= (terms.ExpiresAfter ?? after))
                .OrderBy(each => each.After)
                .ThenBy(each => each.Moment)
                .Select(each => new TimedMoment(each.Moment, (approval.CreatedAt + each.After!.Value).UtcDateTime)),
        ];
    }

    /// <summary>The orchestrator. See <see cref="Orchestrations.ApprovalWatch"/>.</summary>
    /// <param name="context">The orchestration. Input: <see cref="WatchedApproval"/>.</param>
    [Function(Orchestrations.ApprovalWatch)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var watched = context.GetInput<WatchedApproval>()!;
        var closed = context.WaitForExternalEvent<JsonElement>(RunEvents.ApprovalClosed);
        foreach (var next in watched.Moments)
        {
            using var cancel = new CancellationTokenSource();
            var timer = context.CreateTimer(next.At, cancel.Token);
            if (await Task.WhenAny(timer, closed) != timer)
            {
                // Not CancelAsync: that leaves the orchestrator's thread, and an orchestrator awaits only tasks of its context.
                cancel.Cancel();
                return;
            }

            if (!await context.CallActivityAsync<bool>(
                nameof(WatchActivities.ReachMoment), new ReachedMoment(watched.ApprovalId, next.Moment), Activities.Retried))
            {
                return;
            }
        }
    }
}
