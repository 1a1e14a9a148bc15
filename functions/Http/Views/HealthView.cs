namespace AgentFunctions.Http.Views;

/// <summary>The app's health.</summary>
/// <param name="Live">Whether it answers: true in every answer.</param>
/// <param name="Ready">Whether all that it needs works.</param>
/// <param name="Checks">What was checked.</param>
public sealed record HealthView(bool Live, bool Ready, IReadOnlyList<HealthCheck> Checks);

/// <summary>One thing that the app needs.</summary>
/// <param name="Name"><c>store</c>, <c>agents</c>, <c>durable</c> or <c>queue</c>.</param>
/// <param name="Ok">Whether it works.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record HealthCheck(string Name, bool Ok, string? Problem = null);
