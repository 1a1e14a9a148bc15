using AgentFunctions.Runs;

namespace AgentFunctions.Storage;

/// <summary>The runs. Everything after their creation is changed through <see cref="IRunJournal"/>.</summary>
public interface IRunStore
{
    /// <summary>Creates a run with its first audit event <c>run.created</c>, or returns the one that has its id already, unchanged.</summary>
    /// <param name="run">The run.</param>
    /// <param name="created">The first event.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<(RunRecord Run, bool Created)> CreateAsync(RunRecord run, AuditDraft created, CancellationToken cancellationToken);

    /// <summary>The run, or <see langword="null"/>.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RunRecord?> GetAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Runs, newest first, a page at a time.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// How many root runs have not ended, by status; a status without any may be left out. None of their records is read; a run that has
    /// just moved on may be counted where it was.
    /// </summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyDictionary<RunStatus, long>> CountUnfinishedAsync(CancellationToken cancellationToken);

    /// <summary>A root run and all its descendants, ordered by id (ordinal).</summary>
    /// <param name="rootRunId">The root's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<RunRecord>> ListTreeAsync(string rootRunId, CancellationToken cancellationToken);
}

/// <summary>Which runs to list; what is <see langword="null"/> does not filter.</summary>
/// <param name="Tenant">Of this tenant.</param>
/// <param name="ThreadId">Of this thread.</param>
/// <param name="Status">In this status.</param>
/// <param name="Agent">Of this agent.</param>
/// <param name="RootsOnly">Only runs that no run spawned.</param>
/// <param name="Cursor">Where the page before ended.</param>
/// <param name="PageSize">Most runs of one page.</param>
public sealed record RunQuery(
    string? Tenant = null,
    string? ThreadId = null,
    RunStatus? Status = null,
    string? Agent = null,
    bool RootsOnly = true,
    string? Cursor = null,
    int PageSize = 100);

/// <summary>A page of runs.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Cursor">Where the next page begins; <see langword="null"/> on the last one.</param>
public sealed record RunPage(IReadOnlyList<RunRecord> Runs, string? Cursor);
