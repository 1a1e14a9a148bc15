using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Replay.Record;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Replay.Engine;

/// <summary>What came to the run from outside: it happens again just before its effect is due.</summary>
/// <param name="host">The host.</param>
/// <param name="recording">The record.</param>
internal sealed class Outside(ReplayHost host, RunRecording recording)
{
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

        if (RecordedCommit.EndsFromOutside(next.Key) && ended.Add(next.Key))
        {
            await EndAsync(next, cancellationToken);
        }
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
