using System.Text.Json.Nodes;

namespace AgentFunctions.Storage;

/// <summary>What operators have done to the app itself, where no run's audit log is the place for it. Only ever appended to and completed.</summary>
public interface IOperationLog
{
    /// <summary>Adds an operation that begins, or returns the one that has its id already, unchanged.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<OperationRecord> BeginAsync(OperationRecord operation, CancellationToken cancellationToken);

    /// <summary>Notes that an operation was completed; doing it again changes nothing.</summary>
    /// <param name="operationId">Its id.</param>
    /// <param name="at">UTC.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<OperationRecord> CompleteAsync(string operationId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The operation, or <see langword="null"/>.</summary>
    /// <param name="operationId">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<OperationRecord?> FindAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>Operations, oldest first, a page at a time.</summary>
    /// <param name="after">Where the page before ended; 0 for the first.</param>
    /// <param name="limit">Most operations.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<OperationPage> PageAsync(long after, int limit, CancellationToken cancellationToken);
}

/// <summary>What an operator has done.</summary>
/// <param name="OperationId">The same for every attempt at it.</param>
/// <param name="Type">Such as <c>queue.resubmitted</c>.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">UTC time at which it began.</param>
/// <param name="RunId">The run that it concerns, if there is one.</param>
/// <param name="Data">Further facts.</param>
/// <param name="CompletedAt">UTC; <see langword="null"/> where the process died in the middle, and the operation is to be asked for again.</param>
public sealed record OperationRecord(
    string OperationId,
    string Type,
    string By,
    string? Reason,
    DateTimeOffset At,
    string? RunId,
    JsonObject? Data,
    DateTimeOffset? CompletedAt = null);

/// <summary>A page of operations.</summary>
/// <param name="Operations">The operations.</param>
/// <param name="Cursor">Where the next page begins; <see langword="null"/> on the last one.</param>
public sealed record OperationPage(IReadOnlyList<OperationRecord> Operations, long? Cursor);
