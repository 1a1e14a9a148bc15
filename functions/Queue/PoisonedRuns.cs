using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Queue;

/// <summary>What becomes of a run whose message is a dead letter: it is paused, with the reason, until somebody resubmits or discards it.</summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
public sealed class PoisonedRuns(IRunStore runs, IRunJournal journal)
{
    /// <summary>The message has become a dead letter.</summary>
    public const string DeadLettered = "queue.deadlettered";

    /// <summary>It was sent again.</summary>
    public const string Resubmitted = "queue.resubmitted";

    /// <summary>It was removed, and its run cancelled.</summary>
    public const string Discarded = "queue.discarded";

    /// <summary>Pauses a run that is queued.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="id">The id of the dead letter.</param>
    /// <param name="reason">Why it is one.</param>
    /// <param name="description">More on why.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task PauseAsync(string runId, long id, string? reason, string? description, CancellationToken cancellationToken)
    {
        if (await runs.GetAsync(runId, cancellationToken) is not { Status: RunStatus.Queued })
        {
            return;
        }

        var why = FormattableString.Invariant($"Its message could not be admitted and is the dead letter {id}: {reason}. {description}");
        await journal.CommitAsync(
            new RunCommit
            {
                RunId = runId,
                Key = FormattableString.Invariant($"queue/{id}/deadlettered"),
                Patch = new RunPatch { Status = RunStatus.Paused, Reason = why },
                Events = [Event(DeadLettered, AuditActor.Runtime, why, id)],
            },
            cancellationToken);
    }

    /// <summary>Puts it on record that a dead letter was resubmitted or discarded; a resubmitted run is queued again.</summary>
    /// <param name="operation">What was done, with the dead letter's id in its data.</param>
    /// <param name="id">The id of the dead letter.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The run; <see langword="null"/> where there is none that has not ended.</returns>
    public async Task<RunRecord?> RecordAsync(OperationRecord operation, long id, CancellationToken cancellationToken)
    {
        if (operation.RunId is null || await runs.GetAsync(operation.RunId, cancellationToken) is not { IsFinished: false } run)
        {
            return null;
        }

        var isPoisoned = run is { Status: RunStatus.Paused, AdmittedAt: null };
        await journal.CommitAsync(
            new RunCommit
            {
                RunId = run.RunId,
                Key = FormattableString.Invariant($"queue/{id}/{operation.Type}"),
                Patch = isPoisoned && operation.Type == Resubmitted ? new RunPatch { Status = RunStatus.Queued } : null,
                Events = [Event(operation.Type, AuditActor.Human(operation.By), operation.Reason, id)],
            },
            cancellationToken);
        return isPoisoned ? run : null;
    }

    private static AuditDraft Event(string type, AuditActor actor, string? reason, long id) =>
        new(type, actor) { Reason = reason, Data = new JsonObject { ["deadLetter"] = id } };
}
