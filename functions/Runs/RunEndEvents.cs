namespace AgentFunctions.Runs;

/// <summary>Names of the audit events that end a run.</summary>
public static class RunEndEvents
{
    /// <summary>The event of a final status.</summary>
    /// <param name="status">The status.</param>
    public static string Type(RunStatus status) => status switch
    {
        RunStatus.Completed => "run.completed",
        RunStatus.Failed => "run.failed",
        RunStatus.Canceled => "run.canceled",
        RunStatus.Expired => "run.expired",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "A run does not end with this status."),
    };
}
