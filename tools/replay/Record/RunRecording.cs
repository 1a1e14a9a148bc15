using System.Text.Json;
using System.Text.RegularExpressions;
using AgentFunctions.Audit;
using AgentFunctions.Storage;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Replay.Record;

/// <summary>The record of a tree of runs, in the order in which it was made.</summary>
public sealed partial class RunRecording
{
    private readonly Dictionary<(string RunId, string Key), RecordedCommit> byKey = [];
    private readonly ExportFile export;

    /// <summary>Puts the logs of all runs into one order.</summary>
    /// <param name="export">The export.</param>
    /// <exception cref="BadExportException">It cannot be replayed.</exception>
    public RunRecording(ExportFile export)
    {
        this.export = export;
        Commits = [.. Merged(export.Runs).TakeWhile(commit => !commit.RollsBack).Select((commit, index) => commit with { Index = index })];
        foreach (var commit in Commits)
        {
            byKey.TryAdd((commit.RunId, commit.Key), commit);
        }

        if (export.Runs[0].Run.ParentRunId is not null)
        {
            throw new BadExportException($"'{export.RunId}' was spawned by '{export.Runs[0].Run.ParentRunId}': export the root run '{export.Runs[0].Run.RootRunId}' with tree=true.");
        }

        if (export.Runs.SelectMany(run => run.Events).Where(entry => entry.Type == "children.spawned").Any(entry =>
            !export.Runs.Any(run => run.Run.ParentRunId == entry.RunId && run.Run.ParentStepId == entry.StepId) && (int?)entry.Data?["children"] > 0))
        {
            throw new BadExportException("The run has children whose logs are not in the export: export it with tree=true.");
        }

        Catalogs = [.. Commits.SelectMany(commit => commit.Events).Select(Catalog).OfType<RunCatalog>()];
    }

    /// <summary>Whether the record goes to the run's end without a rollback: a replay goes up to the first one.</summary>
    public bool IsWhole => export.Runs[0].IsFinished && Commits.Sum(commit => commit.Events.Count) == export.Runs.Sum(run => run.Events.Count);

    /// <summary>The commits of all runs.</summary>
    public IReadOnlyList<RecordedCommit> Commits { get; }

    /// <summary>What the runs found when they started, in that order.</summary>
    public IReadOnlyList<RunCatalog> Catalogs { get; }

    /// <summary>The commit under a key, or <see langword="null"/>.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The key.</param>
    public RecordedCommit? Find(string runId, string key) => byKey.GetValueOrDefault((runId, key));

    /// <summary>A payload.</summary>
    /// <param name="hash">Its content hash.</param>
    /// <exception cref="BadExportException">It is not in the export.</exception>
    public byte[] Payload(string? hash) => hash is not null && export.Payloads.TryGetValue(hash, out var content)
        ? content
        : throw new BadExportException($"The payload {hash} is not in the export.");

    /// <summary>A payload that is JSON.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="hash">Its content hash.</param>
    public T Payload<T>(string? hash) => JsonSerializer.Deserialize<T>(Payload(hash), AgentJson.Options)!;

    /// <summary>A payload that is messages.</summary>
    /// <param name="hash">Its content hash.</param>
    public IReadOnlyList<ChatMessage> Messages(string? hash) =>
        JsonSerializer.Deserialize<List<ChatMessage>>(Payload(hash), AIJsonUtilities.DefaultOptions)!;

    /// <summary>The catalogue that a run found when it started, if the event is its start.</summary>
    /// <param name="entry">The event.</param>
    public RunCatalog? Catalog(AuditEvent entry) =>
        entry.Type == "run.started" && (string?)entry.Data?["catalog"] is { } hash ? Payload<RunCatalog>(hash) : null;

    /// <summary>A key without what is new in every process: ids made of random digits, and times.</summary>
    /// <param name="key">The key.</param>
    public static string Stable(string key) => Volatile().Replace(key, "*");

    [GeneratedRegex("[0-9a-f]{32}|[0-9]{15,}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Volatile();

    /// <summary>By time, but each run's commits always in their own order, whatever the clock did.</summary>
    private static IEnumerable<RecordedCommit> Merged(IReadOnlyList<RecordedRun> runs)
    {
        var queues = runs.Select(run => new Queue<RecordedCommit>(ByKey(run.Events))).ToList();
        while (queues.Where(queue => queue.Count > 0).MinBy(queue => queue.Peek().Time) is { } next)
        {
            yield return next.Dequeue();
        }
    }

    private static IEnumerable<RecordedCommit> ByKey(IReadOnlyList<AuditEvent> events)
    {
        var open = new List<AuditEvent>();
        foreach (var entry in events)
        {
            if (open.Count > 0 && open[0].CommitKey != entry.CommitKey)
            {
                yield return new RecordedCommit(0, open[0].RunId, open[0].CommitKey, open);
                open = [];
            }

            open.Add(entry);
        }

        if (open.Count > 0)
        {
            yield return new RecordedCommit(0, open[0].RunId, open[0].CommitKey, open);
        }
    }
}
