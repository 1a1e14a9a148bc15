namespace AgentFunctions.Storage;

/// <summary>Reads the audit logs of runs. They are written through <see cref="IRunJournal"/> only.</summary>
public interface IAuditLog
{
    /// <summary>A run's events as they are kept, in order: what proves the log must not depend on what this version reads of it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Events of one run, in order.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<AuditEvent>> QueryAsync(AuditQuery query, CancellationToken cancellationToken);
}

/// <summary>An event as it is kept.</summary>
/// <param name="Sequence">The sequence number under which it is kept.</param>
/// <param name="Json">Its JSON.</param>
public sealed record StoredEvent(long Sequence, string Json);

/// <summary>Which events of a run; what is <see langword="null"/> does not filter.</summary>
/// <param name="RunId">The run.</param>
/// <param name="After">Only events with a greater sequence number.</param>
/// <param name="Limit">Most events.</param>
/// <param name="Type">Of this type; with a dot at its end, of all types that begin so, such as <c>model.</c>.</param>
/// <param name="ActorId">By the actor of this id.</param>
/// <param name="From">Not before this time, UTC.</param>
/// <param name="To">Not after this time, UTC.</param>
public sealed record AuditQuery(
    string RunId,
    long After = 0,
    int Limit = int.MaxValue,
    string? Type = null,
    string? ActorId = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null);
