using AgentFunctions.Memory;

namespace AgentFunctions.Storage;

/// <summary>
/// The shared memory of threads. The thread's <see cref="MemoryEntity"/> is the only one that changes it, apart from a rollback, which
/// returns all of it to what it was at a checkpoint (<see cref="IRunHistory.RestoreAsync"/>).
/// </summary>
public interface IMemoryStore
{
    /// <summary>How large a thread's memory is, and the revision of its newest change.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<MemoryHead> HeadAsync(string threadId, CancellationToken cancellationToken);

    /// <summary>A key's entry, or <see langword="null"/>.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<MemoryEntry?> FindAsync(string threadId, string key, CancellationToken cancellationToken);

    /// <summary>Entries by key (ordinal), a page at a time.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="prefix">What the keys begin with; empty for all.</param>
    /// <param name="after">Only keys behind this one.</param>
    /// <param name="limit">Most entries.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<MemoryEntry>> ListAsync(string threadId, string prefix, string after, int limit, CancellationToken cancellationToken);

    /// <summary>A change that counts, or <see langword="null"/>: also where a rollback has undone it.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="changeId">The change.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<MemoryChanged?> FindChangeAsync(string threadId, string changeId, CancellationToken cancellationToken);

    /// <summary>All changes that were ever made, also those that a rollback has undone, in their order, a page at a time.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="after">Only changes with a greater revision.</param>
    /// <param name="limit">Most changes.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<MemoryChanged>> ListChangesAsync(string threadId, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Makes a change: its entry, its record and the new head, or nothing.</summary>
    /// <param name="commit">The change.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><see langword="false"/> where the head has another revision than the change was made for.</returns>
    /// <exception cref="FileWriterGoneException">The writer's run has ended, or was rolled back.</exception>
    Task<bool> CommitAsync(MemoryCommit commit, CancellationToken cancellationToken);
}

/// <summary>The size of a thread's memory.</summary>
/// <param name="Revision">The number of its newest change; 0 where there was none. It never goes back, not even with a rollback.</param>
/// <param name="Keys">How many keys there are.</param>
/// <param name="Bytes">Size of all values.</param>
public sealed record MemoryHead(long Revision, int Keys, long Bytes)
{
    /// <summary>An empty memory.</summary>
    public static MemoryHead Empty { get; } = new(0, 0, 0);
}

/// <summary>A key with its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Version">The revision of its newest change.</param>
/// <param name="Bytes">Size of its value as JSON in UTF-8.</param>
/// <param name="Sha256">Content hash of those bytes, lower-case hexadecimal.</param>
/// <param name="Value">The JSON itself; <see langword="null"/> where it is large and lies in the blob store under its hash.</param>
/// <param name="UpdatedAt">UTC.</param>
/// <param name="UpdatedBy">The run, or who called the API.</param>
public sealed record MemoryEntry(
    string Key, long Version, long Bytes, string Sha256, string? Value, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <summary>A change that was made.</summary>
/// <param name="ChangeId">Unique among the changes that count; the same when its call is made again.</param>
/// <param name="Hash">Hash of what was asked for: another one under the same id is another change.</param>
/// <param name="Operation">What was done.</param>
/// <param name="Key">The key.</param>
/// <param name="By">The run, or who called the API.</param>
/// <param name="At">UTC.</param>
/// <param name="Branch">The branch of the run that it belongs to; missing on the first one.</param>
/// <param name="BeforeSha256">Content hash of the value before it.</param>
/// <param name="Outcome">What it came to.</param>
public sealed record MemoryChanged(
    string ChangeId,
    string Hash,
    MemoryOperation Operation,
    string Key,
    string By,
    DateTimeOffset At,
    int? Branch,
    string? BeforeSha256,
    MemoryOutcome Outcome)
{
    /// <summary>Whether a rollback has undone it.</summary>
    public bool IsUndone { get; init; }
}

/// <summary>A change to be made.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="IfRevision">The revision for which it was worked out.</param>
/// <param name="Entry">The key's entry; <see langword="null"/> where it is deleted.</param>
/// <param name="Head">The head after it.</param>
/// <param name="Change">Its record.</param>
/// <param name="Writer">The run for which it is made; <see langword="null"/> for the API.</param>
public sealed record MemoryCommit(
    string ThreadId, long IfRevision, MemoryEntry? Entry, MemoryHead Head, MemoryChanged Change, FileWriter? Writer);

/// <summary>A thread's memory at a checkpoint.</summary>
/// <param name="Hash">Content hash of the JSON list of all entries, ordered by key; the list is kept as a blob.</param>
/// <param name="Revision">The revision then.</param>
public sealed record MemoryMark(string Hash, long Revision);
