namespace AgentFunctions;

/// <summary>
/// Thrown by a tool to end its call as <c>failed</c> with a kind and a message that the model and the operator both read.
/// Any other exception that leaves a tool counts as <see cref="ToolFailureKind.Error"/>.
/// </summary>
public sealed class ToolFailureException : Exception
{
    /// <summary>Ends the call as failed.</summary>
    /// <param name="kind">What went wrong; it decides whether the call is retried.</param>
    /// <param name="message">One sentence for the model and the operator. Must hold no secret.</param>
    /// <param name="innerException">The cause, for the log only.</param>
    public ToolFailureException(ToolFailureKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>What went wrong.</summary>
    public ToolFailureKind Kind { get; }

    /// <summary>Whether the same call may succeed when it is made again.</summary>
    /// <param name="kind">The kind of failure.</param>
    public static bool IsTransient(ToolFailureKind kind) => kind switch
    {
        ToolFailureKind.Error or ToolFailureKind.Timeout or ToolFailureKind.Unavailable or ToolFailureKind.RateLimited => true,
        ToolFailureKind.InvalidArguments or ToolFailureKind.NotFound or ToolFailureKind.Unreadable or ToolFailureKind.Denied
            or ToolFailureKind.Conflict => false,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of tool failure."),
    };
}
