using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Queue;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Http;

/// <summary>Suspends a run with its descendants, and resumes them to where they stood.</summary>
public sealed class RunSuspension(Suspensions suspensions, IRunJournal journal)
{
    /// <summary>Suspends the orchestrations first, so that nothing new begins, and puts it on record then. A root's slot is free meanwhile.</summary>
    internal async Task SuspendAsync(RunRecord run, string by, string? reason, DurableTaskClient client, CancellationToken cancellationToken)
    {
        await suspensions.SuspendAsync(run, reason, client, cancellationToken);
        foreach (var each in await suspensions.TreeAsync(run, cancellationToken))
        {
            if (await suspensions.FindAsync(each, cancellationToken) is null && each.Status != RunStatus.Queued)
            {
                await CommitAsync(each, Suspensions.Suspended, by, reason, RunStatus.Paused, $"Suspended by {by}.", new JsonObject
                {
                    ["status"] = Words.Of(each.Status),
                    ["reason"] = each.Reason,
                }, cancellationToken);
            }
        }

        if (run.ParentRunId is null)
        {
            await client.Entities.SignalEntityAsync(
                AdmissionEntity.Id, AdmissionEntity.Park, new SlotEnd(run.RunId), options: null, cancellationToken);
        }
    }

    /// <summary>Puts it on record first, so that nothing that goes on finds its run paused. A root goes on when it has a slot again.</summary>
    internal async Task ResumeAsync(RunRecord run, string by, string? reason, DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var each in await suspensions.TreeAsync(run, cancellationToken))
        {
            if (await suspensions.FindAsync(each, cancellationToken) is { } suspension)
            {
                var status = Words.Parse<RunStatus>((string?)suspension["status"] ?? string.Empty) ?? RunStatus.Running;
                await CommitAsync(each, Suspensions.Resumed, by, reason, status, (string?)suspension["reason"], data: null, cancellationToken);
            }
        }

        if (run.ParentRunId is not null)
        {
            await suspensions.ResumeAsync(run, reason, client, cancellationToken);
            return;
        }

        if (run.AdmittedAt is not null)
        {
            await client.Entities.SignalEntityAsync(
                AdmissionEntity.Id,
                AdmissionEntity.Return,
                new SlotReturn(run.RunId, RunInstances.Of(run), AdmissionWay.Resume),
                options: null,
                cancellationToken);
        }
    }

    private Task<bool> CommitAsync(
        RunRecord run,
        string type,
        string by,
        string? why,
        RunStatus status,
        string? reason,
        JsonObject? data,
        CancellationToken cancellationToken) => journal.CommitAsync(
            new RunCommit
            {
                RunId = run.RunId,
                Key = $"{type}/{Guid.CreateVersion7():N}",
                Events = [new AuditDraft(type, AuditActor.Human(by)) { Reason = why, Data = data }],
                Patch = new RunPatch { Status = status, Reason = reason },
            },
            cancellationToken);
}
