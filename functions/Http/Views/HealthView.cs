using AgentFunctions.Storage;

namespace AgentFunctions.Http.Views;

/// <summary>The app's health, as everybody may see it.</summary>
/// <param name="Live">Whether it answers: true in every answer.</param>
/// <param name="Ready">Whether all that it needs works.</param>
public sealed record HealthSummary(bool Live, bool Ready);

/// <summary>The app's health, with what is wrong.</summary>
/// <param name="Live">Whether it answers: true in every answer.</param>
/// <param name="Ready">Whether all that it needs works.</param>
/// <param name="Checks">What was checked.</param>
/// <param name="Circuits">Tools that are left alone for a while because they have failed too often; the app works without them.</param>
public sealed record HealthView(bool Live, bool Ready, IReadOnlyList<HealthCheck> Checks, IReadOnlyList<OpenCircuit> Circuits);

/// <summary>A tool that is left alone.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="State"><c>open</c>, or <c>halfOpen</c> while one call probes it.</param>
/// <param name="Until">UTC time from which one call may probe it.</param>
public sealed record OpenCircuit(string Tool, ToolCircuitState State, DateTimeOffset Until);

/// <summary>One thing that the app needs.</summary>
/// <param name="Name"><c>store</c>, <c>agents</c>, <c>durable</c> or <c>queue</c>.</param>
/// <param name="Ok">Whether it works.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record HealthCheck(string Name, bool Ok, string? Problem = null);
