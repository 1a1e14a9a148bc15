namespace AgentFunctions;

/// <summary>
/// Declares how the effect of a tool is undone when its run is rolled back: by another public method of the same class.
/// </summary>
/// <remarks>
/// The method is given the arguments of the call under the names of its own parameters; a parameter named <c>result</c> is given the
/// value that the call returned, or null where nobody knows how it has ended. It may take a <see cref="ToolContext"/>, whose
/// idempotency key is the same over retries, replays and crashes of the compensation: with it, the effect is undone exactly once.
/// It is also called for a call that was cut off before it could tell its result, so it must bear that there is nothing to undo.
/// It is no tool itself unless it carries a description.
/// </remarks>
/// <param name="method">The method's name.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CompensatedByAttribute(string method) : Attribute
{
    /// <summary>The method's name.</summary>
    public string Method { get; } = method;
}
