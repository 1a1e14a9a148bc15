namespace AgentFunctions.Local.Worker.Hosting;

/// <summary>host.json's <c>extensions.serviceBus</c>.</summary>
internal sealed record ServiceBusSettings
{
    public int MaxConcurrentCalls { get; init; } = 16;

    public int MaxConcurrentSessions { get; init; } = 8;

    public bool AutoCompleteMessages { get; init; } = true;

    public TimeSpan MaxAutoLockRenewalDuration { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan SessionIdleTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
