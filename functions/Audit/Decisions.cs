using AgentFunctions.Storage;

namespace AgentFunctions.Audit;

/// <summary>Answers from a log what an agent decided, and what followed. Pure: the events alone decide.</summary>
public static class Decisions
{
    /// <summary>What an agent decided until some time, the newest first.</summary>
    /// <param name="events">Logs of a tree of runs.</param>
    /// <param name="agent">The agent, or the human, by name.</param>
    /// <param name="at">UTC.</param>
    /// <param name="type">Only of this type; with a dot at its end, of all types that begin so.</param>
    public static IEnumerable<AuditEvent> Of(IEnumerable<AuditEvent> events, string? agent, DateTimeOffset at, string? type) => events
        .Where(entry => entry.Actor.Kind != ActorKind.Runtime && (agent is null || entry.Actor.Id == agent))
        .Where(entry => entry.Time <= at && (type is null || entry.Type == type || (type[^1] == '.' && entry.Type.StartsWith(type, StringComparison.Ordinal))))
        .OrderByDescending(entry => entry.Time)
        .ThenByDescending(entry => entry.Sequence);

    /// <summary>Everything that an event led to, directly or through others, in the order of time.</summary>
    /// <param name="cause">The event.</param>
    /// <param name="events">Logs of a tree of runs.</param>
    public static IReadOnlyList<AuditEvent> FollowedFrom(AuditEvent cause, IReadOnlyList<AuditEvent> events)
    {
        var effects = events.Where(entry => entry.CausationId is not null).ToLookup(entry => entry.CausationId!, StringComparer.Ordinal);
        var found = new Dictionary<string, AuditEvent>(StringComparer.Ordinal);
        var open = new Queue<string>([cause.Id]);
        while (open.TryDequeue(out var id))
        {
            foreach (var effect in effects[id].Where(effect => found.TryAdd(effect.Id, effect)))
            {
                open.Enqueue(effect.Id);
            }
        }

        return [.. found.Values.OrderBy(entry => entry.Time).ThenBy(entry => entry.RunId, StringComparer.Ordinal).ThenBy(entry => entry.Sequence)];
    }
}
