using AgentFunctions.Replay.Answers;
using AgentFunctions.Replay.Engine;
using AgentFunctions.Replay.Record;

namespace AgentFunctions.Replay;

/// <summary>Replays an exported run.</summary>
public static class Replayer
{
    /// <summary>Carries the run out again, offline, and holds every decision against the record.</summary>
    /// <param name="export">The export.</param>
    /// <param name="output">Is told every prompt, answer, tool call and decision, in order.</param>
    /// <param name="cancellationToken">Ends the replay.</param>
    /// <exception cref="BadExportException">The export cannot be replayed.</exception>
    public static async Task<ReplayReport> RunAsync(ExportFile export, TextWriter output, CancellationToken cancellationToken)
    {
        var recording = new RunRecording(export);
        if (recording.Catalogs.Count == 0)
        {
            throw new BadExportException("The run never started, so there is nothing to replay.");
        }

        var time = new VirtualTime(recording.Commits[0].Time);
        var gate = new CommitGate(recording, time);
        var agents = new RecordedAgents(recording.Catalogs);
        var story = new Story(recording, output);
        var compared = 0;
        gate.Replayed = commit =>
        {
            compared += commit.Events.Count(entry => !GivenEvents.Contains(entry.Type));
            story.Tell(commit);
        };
        await using var host = await ReplayHost.StartAsync(recording, gate, agents, time, cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var outside = new Outside(host, recording);
        gate.Due = async next =>
        {
            next.Events.Select(recording.Catalog).OfType<Audit.RunCatalog>().ToList().ForEach(agents.Use);
            await outside.HappenAsync(next, end.Token);
        };
        var watching = gate.WatchAsync(end.Token);
        await await Task.WhenAny(host.BeginAsync(recording, export.Runs[0], end.Token), gate.Result, watching);
        await await Task.WhenAny(gate.Result, watching);
        var divergence = await gate.Result;
        await end.CancelAsync();
        return new ReplayReport(
            export.RunId,
            export.Runs.Count,
            export.Runs.Sum(run => run.Events.Count),
            compared,
            export.Runs.Sum(run => run.Events.Count(entry => GivenEvents.Contains(entry.Type))),
            export.Signature,
            recording.IsWhole,
            divergence);
    }
}
