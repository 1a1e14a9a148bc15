using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Budgets;

/// <summary>A changed limit, to be put on record.</summary>
/// <param name="ChangeId">Unique for the change and stable over retries.</param>
/// <param name="Change">The change.</param>
public sealed record BudgetChangeRecord(string ChangeId, BudgetChange Change);

/// <summary>Puts what happens to a budget on record: in the audit log of the thread's runs that it concerns.</summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
/// <param name="logger">The app's log.</param>
public sealed class BudgetActivities(IRunStore runs, IRunJournal journal, ILogger<BudgetActivities> logger)
{
    /// <summary>Records a changed limit in every unfinished root run that it concerns.</summary>
    /// <param name="record">The change.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(RecordBudgetChange))]
    public async Task RecordBudgetChange([ActivityTrigger] BudgetChangeRecord record, CancellationToken cancellationToken)
    {
        var change = record.Change;
        string? cursor = null;
        do
        {
            var page = await runs.ListAsync(new RunQuery(ThreadId: change.ThreadId, Cursor: cursor), cancellationToken);
            foreach (var run in page.Runs.Where(run => !run.IsFinished && (change.RunId is null || change.RunId == run.RunId)))
            {
                await journal.CommitAsync(
                    new RunCommit
                    {
                        RunId = run.RunId,
                        Key = $"budget/{record.ChangeId}",
                        Events =
                        [
                            new AuditDraft("budget.changed", AuditActor.Human(change.By))
                            {
                                Reason = change.Reason,
                                Data = new JsonObject { ["limitUsd"] = change.LimitUsd, ["of"] = change.RunId is null ? "thread" : "run" },
                            },
                        ],
                    },
                    cancellationToken);
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
    }

    /// <summary>Records the alert in the root run whose spending raised it, and warns in the app's log.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(RecordBudgetAlert))]
    public async Task RecordBudgetAlert([ActivityTrigger] BudgetAlert alert, CancellationToken cancellationToken)
    {
        logger.LogWarning(
            "Thread '{ThreadId}' has spent {SpentUsd} USD of its budget of {LimitUsd} USD.", alert.ThreadId, alert.SpentUsd, alert.LimitUsd);
        await journal.CommitAsync(
            new RunCommit
            {
                RunId = alert.RootRunId,
                Key = FormattableString.Invariant($"budget/alert/{alert.LimitUsd}"),
                Events =
                [
                    new AuditDraft("budget.alert", "runtime")
                    {
                        Reason = FormattableString.Invariant($"{alert.SpentUsd} USD of {alert.LimitUsd} USD are spent."),
                        Data = new JsonObject { ["limitUsd"] = alert.LimitUsd, ["spentUsd"] = alert.SpentUsd },
                    },
                ],
            },
            cancellationToken);
    }
}
