using AgentFunctions.Schedules;

namespace AgentFunctions.Storage;

/// <summary>Schedules, and what has happened to them.</summary>
public interface IScheduleStore
{
    /// <summary>The schedule, or <see langword="null"/>.</summary>
    /// <param name="scheduleId">The id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ScheduleRecord?> GetAsync(string scheduleId, CancellationToken cancellationToken);

    /// <summary>Schedules by id (ordinal), a page at a time.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ScheduleRecord>> ListAsync(ScheduleQuery query, CancellationToken cancellationToken);

    /// <summary>Stores a schedule with its events, or nothing.</summary>
    /// <param name="schedule">The schedule, with the revision that it was read with; 0 for a new one.</param>
    /// <param name="events">What has happened to it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>It with its new revision; <see langword="null"/> where it has another one by now.</returns>
    Task<ScheduleRecord?> PutAsync(ScheduleRecord schedule, IReadOnlyList<ScheduleEvent> events, CancellationToken cancellationToken);

    /// <summary>Deletes a schedule; its events stay.</summary>
    /// <param name="scheduleId">The id.</param>
    /// <param name="deleted">The last event.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The schedule; <see langword="null"/> where there is none.</returns>
    Task<ScheduleRecord?> DeleteAsync(string scheduleId, ScheduleEvent deleted, CancellationToken cancellationToken);

    /// <summary>What has happened to a schedule, in order, a page at a time.</summary>
    /// <param name="scheduleId">The id.</param>
    /// <param name="after">Only events with a greater number.</param>
    /// <param name="limit">Most events.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ScheduleEvent>> ListEventsAsync(string scheduleId, long after, int limit, CancellationToken cancellationToken);
}

/// <summary>Which schedules to list; what is <see langword="null"/> does not filter.</summary>
/// <param name="Tenant">Of this tenant.</param>
/// <param name="ThreadId">Of this thread.</param>
/// <param name="After">Only ids behind this one.</param>
/// <param name="Limit">Most schedules.</param>
public sealed record ScheduleQuery(string? Tenant = null, string? ThreadId = null, string? After = null, int Limit = 100);
