using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using AgentFunctions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Budgets;

/// <summary>Changed limits, to be put on record.</summary>
/// <param name="ChangeId">Unique for the change and stable over retries.</param>
/// <param name="Change">The change.</param>
public sealed record BudgetChangeRecord(string ChangeId, BudgetChange Change);

/// <summary>Puts what happens to a budget on record: in the audit log of the runs that it concerns.</summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
/// <param name="webhooks">Who is told.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The app's log.</param>
public sealed class BudgetActivities(
    IRunStore runs,
    IRunJournal journal,
    WebhookAccess webhooks,
    TimeProvider time,
    ILogger<BudgetActivities> logger)
{
    /// <summary>Records changed limits in every unfinished root run that they concern, or in the run whose own they are.</summary>
    /// <param name="record">The change.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    /// <returns>The instance id of the run whose own they are, if it goes on.</returns>
    [Function(nameof(RecordBudgetChange))]
    public async Task<string?> RecordBudgetChange([ActivityTrigger] BudgetChangeRecord record, CancellationToken cancellationToken)
    {
        var change = record.Change;
        string? instance = null;
        await foreach (var run in ConcernedAsync(change, cancellationToken))
        {
            instance = run.RunId == change.Id ? RunInstances.Of(run) : null;
            await journal.CommitAsync(
                new RunCommit
                {
                    RunId = run.RunId,
                    Key = $"budget/{record.ChangeId}",
                    Patch = run.RunId == change.Id ? new RunPatch { Limits = change.Limits } : null,
                    Events =
                    [
                        new AuditDraft("budget.changed", AuditActor.Human(change.By))
                        {
                            Reason = change.Reason,
                            Data = new JsonObject
                            {
                                ["level"] = Words.Of(change.Scope),
                                ["of"] = change.Id,
                                ["limits"] = JsonSerializer.SerializeToNode(change.Limits, AgentJson.Options),
                            },
                        },
                    ],
                },
                cancellationToken);
        }

        return instance;
    }

    /// <summary>
    /// Records the alert in the root run whose spending raised it, or in the run whose own limit it is, warns in the app's log, and
    /// tells it by webhook as <c>budget.alert</c>.
    /// </summary>
    /// <param name="alert">The alert.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(RecordBudgetAlert))]
    public async Task RecordBudgetAlert(
        [ActivityTrigger] BudgetAlert alert, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var unit = BudgetShortage.Name(alert.Kind);
        logger.LogWarning(
            "The budget of {Level} '{Id}' has spent {Spent} of {Limit} {Unit}.", alert.Scope, alert.Id, alert.Spent, alert.Limit, unit);
        await journal.CommitAsync(
            new RunCommit
            {
                RunId = alert.RunId,
                Key = FormattableString.Invariant($"budget/alert/{alert.Scope}/{alert.Id}/{alert.Kind}/{alert.Limit}"),
                Events =
                [
                    new AuditDraft("budget.alert", AuditActor.Runtime)
                    {
                        Reason = FormattableString.Invariant($"{alert.Spent} of {alert.Limit} {unit} are spent."),
                        Data = alert.ToData(),
                    },
                ],
            },
            cancellationToken);
        var data = alert.ToData();
        data["runId"] = alert.RunId;
        await webhooks.AnnounceAsync(
            client, new WebhookEvent(alert.AlertId, "budget.alert", time.GetUtcNow(), alert.RunId, data), cancellationToken);
    }

    /// <summary>What a run and its descendants have used, for a run that could not tell itself.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(SpentByRun))]
    public async Task<Amounts> SpentByRun([ActivityTrigger] string runId, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(runId, cancellationToken) ?? throw new UnretryableException($"There is no run '{runId}'.");
        var tree = await runs.ListTreeAsync(run.RootRunId, cancellationToken);
        return Amounts.UsedBy(RunTree.Below(runId, tree));
    }

    private async IAsyncEnumerable<RunRecord> ConcernedAsync(
        BudgetChange change, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (change.Scope is BudgetScope.Run or BudgetScope.ChildRun)
        {
            if (await runs.GetAsync(change.Id, cancellationToken) is { IsFinished: false } run)
            {
                yield return run;
            }

            yield break;
        }

        await foreach (var root in runs.AllAsync(new RunQuery(ThreadId: change.Scope == BudgetScope.Thread ? change.Id : null), cancellationToken))
        {
            if (!root.IsFinished && (change.Scope == BudgetScope.Thread || root.Department == change.Id))
            {
                yield return root;
            }
        }
    }
}
