using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Schedules;

/// <summary>Bounds of schedules.</summary>
/// <param name="MaxPending">
/// Most fire times of one schedule that wait for their run; of more the oldest are missed. Setting <c>Schedules:MaxPending</c>; default 100.
/// </param>
public sealed record ScheduleSettings(int MaxPending = 100)
{
    /// <summary>The app's settings.</summary>
    /// <param name="configuration">The settings.</param>
    /// <exception cref="InvalidOperationException">A setting is out of range.</exception>
    public static ScheduleSettings From(IConfiguration configuration) =>
        configuration.GetValue("Schedules:MaxPending", new ScheduleSettings().MaxPending) is > 0 and <= 10_000 and var most
            ? new ScheduleSettings(most)
            : throw new InvalidOperationException("The setting 'Schedules:MaxPending' is from 1 to 10000.");
}
