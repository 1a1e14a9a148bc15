using System.Text.Json;
using System.Text.RegularExpressions;
using AgentFunctions.Audit;
using AgentFunctions.Storage;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Replay.Record;

/// <summary>The record of a tree of runs, in the order in which it was made.</summary>
public sealed partial class RunRecording
{
    private readonly Dictionary<(string RunId, string Key, int Branch), RecordedCommit> byKey = [];
    private readonly Dictionary<string, AuditEvent> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RecordedRun> runs;
    private readonly ExportFile export;

    /// <summary>Puts the logs of all runs into one order.</summary>
    /// <param name="export">The export.</param>
    /// <exception cref="BadExportException">It cannot be replayed.</exception>
    public RunRecording(ExportFile export)
    {
        this.export = export;
        runs = export.Runs.ToDictionary(run => run.Run.RunId, StringComparer.Ordinal);
        Commits = [.. Shared([.. Merged(export.Runs)]).Select((commit, index) => commit with { Index = index })];
        foreach (var commit in Commits)
        {
            byKey.TryAdd((commit.RunId, commit.Key, commit.Branch), commit);
            foreach (var entry in commit.Events)
            {
                byId[entry.Id] = entry;
            }
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

    /// <summary>Whether the record goes to the run's end.</summary>
    public bool IsWhole => export.Runs[0].IsFinished;

    /// <summary>The commits of all runs.</summary>
    public IReadOnlyList<RecordedCommit> Commits { get; }

    /// <summary>What the runs found when they started, in that order.</summary>
    public IReadOnlyList<RunCatalog> Catalogs { get; }

    /// <summary>The commit under a key, also one that came too late for its branch; <see langword="null"/> where there is none.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The key.</param>
    /// <param name="branch">The branch on which it is made.</param>
    public RecordedCommit? Find(string runId, string key, int branch) =>
        byKey.GetValueOrDefault((runId, key, branch)) ?? byKey.GetValueOrDefault((runId, RecordedCommit.Late(key, branch), branch));

    /// <summary>An event, or <see langword="null"/>.</summary>
    /// <param name="id">Its id.</param>
    public AuditEvent? Event(string? id) => id is null ? null : byId.GetValueOrDefault(id);

    /// <summary>Whether the record of a run goes to its end.</summary>
    /// <param name="runId">The run.</param>
    public bool HasEnd(string runId) => runs.TryGetValue(runId, out var run) && run.IsFinished;

    /// <summary>The commit that has abandoned a branch of a run, of its own or with those above it; <see langword="null"/> where nothing has.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="branch">The branch.</param>
    public RecordedCommit? Abandonment(string runId, int branch) => Commits.FirstOrDefault(commit =>
        commit.Rollback is { } rollback && rollback.Branch > branch && IsBelow(runId, rollback.RunId) && CreatedAt(runId) < commit.Index);

    /// <summary>Whether a run is another one or below it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="above">The other one.</param>
    public bool IsBelow(string? runId, string above)
    {
        while (runId is not null && runId != above)
        {
            runId = runs.GetValueOrDefault(runId)?.Run.ParentRunId;
        }

        return runId is not null;
    }

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

    private int CreatedAt(string runId) => Commits.FirstOrDefault(commit => commit.RunId == runId)?.Index ?? int.MaxValue;

    /// <summary>What a rollback has changed in several runs was one change.</summary>
    private static IEnumerable<RecordedCommit> Shared(IReadOnlyList<RecordedCommit> merged)
    {
        var shared = merged.Where(commit => RecordedCommit.IsShared(commit.Key)).ToLookup(commit => commit.Key, StringComparer.Ordinal);
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var commit in merged)
        {
            if (!RecordedCommit.IsShared(commit.Key))
            {
                yield return commit;
            }
            else if (told.Add(commit.Key))
            {
                var all = shared[commit.Key].ToList();
                var asked = all.Find(each => each.Events.Any(entry => entry.Data?["newBranch"] is not null)) ?? all[0];
                yield return asked with { Events = [.. asked.Events, .. all.Where(each => each != asked).SelectMany(each => each.Events)] };
            }
        }
    }

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
            if (open.Count > 0 && (open[0].CommitKey, open[0].Branch) != (entry.CommitKey, entry.Branch))
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
