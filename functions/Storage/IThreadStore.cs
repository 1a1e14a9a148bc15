using System.Text.Json.Nodes;
using AgentFunctions.Budgets;

namespace AgentFunctions.Storage;

/// <summary>The durable context of one case or conversation.</summary>
/// <param name="ThreadId">The id.</param>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Department">Whose budget it counts against, if anyone's.</param>
/// <param name="BudgetUsd">The budget that it was created with, in USD.</param>
/// <param name="Metadata">The caller's own data.</param>
/// <param name="RequestHash">Hash of the request's body: the same id with another body is a conflict.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Limits">All limits that it was created with, the budget in USD among them.</param>
public sealed record ThreadRecord(
    string ThreadId,
    string Tenant,
    string? Department,
    decimal BudgetUsd,
    JsonObject? Metadata,
    string RequestHash,
    DateTimeOffset CreatedAt,
    BudgetLimits? Limits = null);

/// <summary>A run that changes files or shared memory: once it has ended or was rolled back, what its tools still do changes nothing.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Branch">The branch on which the tool was called.</param>
public sealed record FileWriter(string RunId, int Branch);

/// <summary>A tool changes files or shared memory for a run that has ended or was rolled back.</summary>
public sealed class FileWriterGoneException() : Exception("The run has ended or was rolled back: its tools change nothing any more.");

/// <summary>Threads and their files.</summary>
public interface IThreadStore
{
    /// <summary>Creates a thread, or returns the one that has its id already, unchanged.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<(ThreadRecord Thread, bool Created)> CreateAsync(ThreadRecord thread, CancellationToken cancellationToken);

    /// <summary>The thread, or <see langword="null"/>.</summary>
    /// <param name="threadId">The id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ThreadRecord?> GetAsync(string threadId, CancellationToken cancellationToken);

    /// <summary>Adds or replaces files, all of them or, when the process dies, none.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="files">The files; their bytes are in the blob store already.</param>
    /// <param name="writer">The run for which they are written; <see langword="null"/> for an upload.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="FileWriterGoneException">The writer's run has ended, or was rolled back.</exception>
    Task PutFilesAsync(string threadId, IReadOnlyList<ThreadFile> files, FileWriter? writer, CancellationToken cancellationToken);

    /// <summary>Removes a file; <see langword="false"/> where there is none.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="path">Its path.</param>
    /// <param name="writer">The run for which it is removed.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="FileWriterGoneException">The writer's run has ended, or was rolled back.</exception>
    Task<bool> DeleteFileAsync(string threadId, string path, FileWriter? writer, CancellationToken cancellationToken);

    /// <summary>The thread's files, ordered by path (ordinal).</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ThreadFile>> ListFilesAsync(string threadId, CancellationToken cancellationToken);

    /// <summary>One file of the thread, or <see langword="null"/>.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ThreadFile?> FindFileAsync(string threadId, string path, CancellationToken cancellationToken);
}
