using AgentFunctions.Local.DurableTask.History;

namespace AgentFunctions.Local.DurableTask.Client;

/// <summary>In which statuses an instance keeps its id from a new one.</summary>
internal static class IdReuse
{
    private static readonly InstanceStatus[] Open = [InstanceStatus.Pending, InstanceStatus.Running, InstanceStatus.Suspended];

    /// <summary>The given statuses; those of instances that have not finished when nothing is given.</summary>
    /// <exception cref="ArgumentException">
    /// One is not a status, or a running instance is to be terminated for its id but a terminated one to keep it.
    /// </exception>
    public static IReadOnlyList<InstanceStatus> KeptStatuses(IReadOnlyList<string>? given)
    {
        if (given is null)
        {
            return Open;
        }

        var kept = given.Where(status => !IsCanceled(status)).Select(Parse).ToList();
        return kept.Contains(InstanceStatus.Terminated) && !Open.All(kept.Contains)
            ? throw new ArgumentException(
                "Statuses that keep their id include Terminated but not Pending, Running and Suspended: "
                + "an instance terminated to be replaced would keep its id.",
                nameof(given))
            : kept;
    }

    private static InstanceStatus Parse(string status) =>
        Enum.TryParse<InstanceStatus>(status, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed)
            ? parsed
            : throw new ArgumentException($"'{status}' is not a status of an orchestration.", nameof(status));

    /// <summary>A status that no instance is in any more.</summary>
    private static bool IsCanceled(string status) => status.Equals("Canceled", StringComparison.OrdinalIgnoreCase);
}
