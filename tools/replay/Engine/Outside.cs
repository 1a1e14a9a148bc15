using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Replay.Record;
using AgentFunctions.Rollback;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Replay.Engine;

/// <summary>What came to the run from outside: it happens again just before its effect is due.</summary>
/// <param name="host">The host.</param>
/// <param name="recording">The record.</param>
internal sealed class Outside(ReplayHost host, RunRecording recording)
{
    private readonly IRunJournal journal = host.Services.GetRequiredService<IRunJournal>();
    private readonly IApprovalStore approvals = host.Services.GetRequiredService<IApprovalStore>();
    private readonly HashSet<string> ended = new(StringComparer.Ordinal);

    /// <summary>Makes it happen.</summary>
    /// <param name="next">What is due next.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task HappenAsync(RecordedCommit next, CancellationToken cancellationToken)
    {
        foreach (var answered in next.Events.Where(entry => entry.Type is "approval.answered" or "approval.expired"))
        {
            await AnswerAsync(answered, cancellationToken);
        }

        if (RecordedCommit.EndsFromOutside(next.Key) && ended.Add(FormattableString.Invariant($"{next.Branch}:{next.Key}")))
        {
            await EndAsync(next, cancellationToken);
        }

        if (next.IsPause)
        {
            await PauseAsync(next, cancellationToken);
        }

        if (next.Rollback is { Actor.Kind: ActorKind.Human } rollback)
        {
            await RollBackAsync(next, rollback, cancellationToken);
        }
    }

    /// <summary>A checkpoint that the run may be returned to; that it had no budget is not decided again.</summary>
    private Task PauseAsync(RecordedCommit paused, CancellationToken cancellationToken) => journal.CommitAsync(
        new RunCommit
        {
            RunId = paused.RunId,
            Key = paused.Key,
            Branch = paused.Branch,
            Events = [.. paused.Events.Select(entry => new AuditDraft(entry.Type, entry.Actor) { Reason = entry.Reason, Data = entry.Data?.DeepClone().AsObject() })],
            Checkpoint = new CheckpointDraft("run", "budget", "", StateHash: null),
        },
        cancellationToken);

    /// <summary>Asked for again, with what it brought. A rollback that a step asks for follows from the run.</summary>
    private async Task RollBackAsync(RecordedCommit next, AuditEvent rollback, CancellationToken cancellationToken)
    {
        var asked = rollback.InputHash is { } hash ? recording.Payload<RollbackAsked>(hash) : new RollbackAsked(Plan: null, Instruction: null);
        var planHash = asked.Plan is null
            ? null
            : await host.Blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(asked.Plan, AgentJson.Options), cancellationToken);
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            Orchestrations.RollBackRun,
            new RollbackRequest(
                next.Key.Split('/')[1],
                next.RunId,
                await CheckpointAsync(rollback, cancellationToken),
                rollback.Actor.Id,
                rollback.Reason ?? "",
                planHash,
                asked.Instruction),
            new StartOrchestrationOptions(RollBackRun.InstanceId(next.RunId, (int)rollback.Data!["branch"]!)),
            cancellationToken);
    }

    /// <summary>The checkpoint of the same commit: its number may be another one.</summary>
    private async Task<long> CheckpointAsync(AuditEvent rollback, CancellationToken cancellationToken)
    {
        var key = (string?)rollback.Data?["checkpointKey"];
        var same = (await journal.ReadCheckpointsAsync(rollback.RunId, cancellationToken)).LastOrDefault(checkpoint => checkpoint.Key == key);
        return same?.Number ?? (long)rollback.Data!["checkpoint"]!;
    }

    /// <summary>Not over HTTP: who may answer, and when, was decided then; what counts here is what became of it.</summary>
    private async Task AnswerAsync(AuditEvent answered, CancellationToken cancellationToken)
    {
        var id = (string)answered.Data!["approvalId"]!;
        var changed = await approvals.UpdateAsync(
            id,
            approval => approval with
            {
                Status = answered.Type == "approval.expired" ? ApprovalStatus.Expired : ApprovalStatus.Answered,
                Answer = recording.Payload<ApprovalAnswer>(answered.OutputHash),
                Votes = [.. (answered.Data["votes"] as JsonArray ?? []).Select(vote => Vote(vote!))],
            },
            cancellationToken);
        if (changed is not null)
        {
            await host.Client.RaiseEventAsync(changed.WaiterId, RunEvents.ApprovalAnswered(id), true, cancellationToken);
        }
    }

    private static ApprovalVote Vote(JsonNode vote) => new(
        (string)vote["approverId"]!,
        (string)vote["by"]!,
        (int)vote["revision"]!,
        vote["type"].Deserialize<ApprovalAnswerType>(AgentJson.Options),
        Args: null,
        Reason: null,
        vote["at"].Deserialize<DateTimeOffset>(AgentJson.Options))
    {
        IsVerified = (bool)vote["verified"]!,
    };

    /// <summary>The first run that is ended is the one that was asked to end; its descendants follow from it.</summary>
    private async Task EndAsync(RecordedCommit next, CancellationToken cancellationToken)
    {
        var end = next.Events.Last(entry => RecordedRun.IsEnd(entry.Type));
        var by = end.Actor.Kind == ActorKind.Human ? end.Actor.Id : EndRunRequest.Runtime;
        var status = end.Type == "run.expired" ? RunStatus.Expired : RunStatus.Canceled;
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            Orchestrations.EndRun, new EndRunRequest(next.RunId, status, by, end.Reason ?? ""), cancellationToken);
    }
}
