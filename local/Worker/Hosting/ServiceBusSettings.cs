namespace AgentFunctions.Local.Worker.Hosting;

/// <summary>host.json's <c>extensions.serviceBus</c>.</summary>
internal sealed record ServiceBusSettings
{
    public int MaxConcurrentCalls { get; init; } = 16;

    public int MaxConcurrentSessions { get; init; } = 8;

    public int MaxConcurrentCallsPerSession { get; init; } = 1;

    public int MaxMessageBatchSize { get; init; } = 1000;

    public bool AutoCompleteMessages { get; init; } = true;

    public TimeSpan MaxAutoLockRenewalDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a session without a message is kept: the client's <c>tryTimeout</c> where it is not set, as in the real extension.</summary>
    public TimeSpan SessionIdleTimeout { get; init; } = TimeSpan.FromMinutes(1);
}
