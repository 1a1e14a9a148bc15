using AgentFunctions.Approvals;
using AgentFunctions.Replay.Record;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Replay.Engine;

/// <summary>What came to the run from outside: it happens again just before its effect is due.</summary>
/// <param name="host">The host.</param>
/// <param name="recording">The record.</param>
internal sealed class Outside(ReplayHost host, RunRecording recording)
{
    private readonly HashSet<string> ended = new(StringComparer.Ordinal);

    /// <summary>Makes it happen.</summary>
    /// <param name="next">What is due next.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task HappenAsync(RecordedCommit next, CancellationToken cancellationToken)
    {
        foreach (var answered in next.Events.Where(entry => entry.Type == "approval.answered"))
        {
            await AnswerAsync(answered, cancellationToken);
        }

        if (RecordedCommit.EndsFromOutside(next.Key) && ended.Add(next.Key))
        {
            await EndAsync(next, cancellationToken);
        }
    }

    private async Task AnswerAsync(AuditEvent answered, CancellationToken cancellationToken)
    {
        var answer = recording.Payload<RecordedAnswer>(answered.OutputHash);
        await host.PostAsync(
            $"approvals/{answered.Data!["approvalId"]}",
            answer,
            cancellationToken);
    }

    /// <summary>The first run that is ended is the one that was asked to end; its descendants follow from it.</summary>
    private async Task EndAsync(RecordedCommit next, CancellationToken cancellationToken)
    {
        var end = next.Events.Last(entry => RecordedRun.IsEnd(entry.Type));
        var by = end.Actor.Kind == Audit.ActorKind.Human ? end.Actor.Id : EndRunRequest.Runtime;
        var status = end.Type == "run.expired" ? RunStatus.Expired : RunStatus.Canceled;
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            Orchestrations.EndRun, new EndRunRequest(next.RunId, status, by, end.Reason ?? ""), cancellationToken);
    }
}
