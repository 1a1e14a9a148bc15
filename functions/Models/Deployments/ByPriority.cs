using AgentFunctions.Runs;

namespace AgentFunctions.Models.Deployments;

/// <summary>One value for each priority.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="Urgent">That of <see cref="RunPriority.Urgent"/>.</param>
/// <param name="Normal">That of <see cref="RunPriority.Normal"/>.</param>
/// <param name="Batch">That of <see cref="RunPriority.Batch"/>.</param>
public sealed record ByPriority<T>(T Urgent, T Normal, T Batch)
{
    /// <summary>The value of a priority.</summary>
    /// <param name="priority">The priority.</param>
    public T this[RunPriority priority] => priority switch
    {
        RunPriority.Urgent => Urgent,
        RunPriority.Normal => Normal,
        RunPriority.Batch => Batch,
        _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, "Unknown priority."),
    };

    internal ByPriority<T> With(RunPriority priority, T value) => priority switch
    {
        RunPriority.Urgent => this with { Urgent = value },
        RunPriority.Normal => this with { Normal = value },
        RunPriority.Batch => this with { Batch = value },
        _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, "Unknown priority."),
    };
}

/// <summary>The priorities, the most urgent first.</summary>
internal static class Priorities
{
    public static IReadOnlyList<RunPriority> All { get; } = [RunPriority.Urgent, RunPriority.Normal, RunPriority.Batch];

    public static ByPriority<T> Each<T>(Func<RunPriority, T> value) =>
        new(value(RunPriority.Urgent), value(RunPriority.Normal), value(RunPriority.Batch));
}
