namespace Microsoft.Azure.Functions.Worker;

/// <summary>The persisted status of a timer's schedule. All times are UTC.</summary>
public class ScheduleStatus
{
    /// <summary>The last occurrence that ran; <see cref="DateTime.MinValue"/> before the first.</summary>
    public DateTime Last { get; set; }

    /// <summary>The next occurrence.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this status was last written.</summary>
    public DateTime LastUpdated { get; set; }
}
