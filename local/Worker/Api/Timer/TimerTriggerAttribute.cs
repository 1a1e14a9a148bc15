using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the parameter of a function that a schedule starts.</summary>
/// <param name="schedule">An NCRONTAB expression of six fields (seconds first) or five, in UTC; a time span for a fixed interval; or <c>%name%</c> for a setting.</param>
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>The schedule.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Whether the function also runs when the host starts. Default false.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>Whether the schedule's status is kept, so that an occurrence missed while the host was down runs once. Default true.</summary>
    public bool UseMonitor { get; set; } = true;
}
