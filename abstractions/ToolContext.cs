namespace AgentFunctions;

/// <summary>
/// Where a tool call stands. A tool method that has a parameter of this type is given it; it is not part of the tool's JSON schema.
/// </summary>
/// <param name="Tenant">The tenant that owns the thread.</param>
/// <param name="ThreadId">The thread.</param>
/// <param name="RunId">The run that makes the call; for a spawned agent the child run.</param>
/// <param name="StepId">The step of the run's plan.</param>
/// <param name="IdempotencyKey">
/// The same over retries, replays and crashes of this one call, and different for every other call.
/// A tool with an effect outside the thread's files must hand it on, or remember it, so that the effect happens once.
/// </param>
/// <param name="Attempt">1 for the first attempt.</param>
/// <param name="Files">The thread's files.</param>
public sealed record ToolContext(
    string Tenant,
    string ThreadId,
    string RunId,
    string StepId,
    string IdempotencyKey,
    int Attempt,
    IThreadFiles Files)
{
    private readonly HttpClient? http;

    /// <summary>
    /// Reaches what the agent's policy allows, checked also at every redirect and at the address that is connected to. A denied request
    /// throws <see cref="ToolFailureException"/> of kind <see cref="ToolFailureKind.Denied"/>. Use no other client in a tool.
    /// </summary>
    /// <exception cref="InvalidOperationException">The call was not made by the runtime.</exception>
    public HttpClient Http
    {
        get => http ?? throw new InvalidOperationException("This call was given no HTTP client.");
        init => http = value;
    }
}
