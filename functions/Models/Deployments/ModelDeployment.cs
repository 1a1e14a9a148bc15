namespace AgentFunctions.Models.Deployments;

/// <summary>A model as one provider serves it under limits of its own. Several can back one model.</summary>
/// <param name="Name">Unique among all models, 1–64 of <c>[A-Za-z0-9._-]</c>. The state of its rate is kept under it.</param>
/// <param name="Model">The model that it backs.</param>
/// <param name="Provider"><c>azure-openai</c>, <c>openai</c> or <c>simulated</c>.</param>
/// <param name="Limits">What it takes.</param>
/// <param name="Order">The lowest is asked first; the others when it cannot take a call. Default 1.</param>
/// <param name="Weight">Its part of the calls among those of the same order. Default 1.</param>
public sealed record ModelDeployment(string Name, string Model, string Provider, DeploymentLimits Limits, int Order = 1, int Weight = 1);

/// <summary>What a deployment takes. What is left out is not limited.</summary>
/// <param name="RequestsPerMinute">Most calls that begin in any 60 seconds.</param>
/// <param name="TokensPerMinute">Most tokens of the calls that begin in any 60 seconds, each counted as its prompt and the longest answer that it may get.</param>
/// <param name="MaxConcurrentCalls">Most calls under way at a time.</param>
public sealed record DeploymentLimits(int? RequestsPerMinute = null, int? TokensPerMinute = null, int? MaxConcurrentCalls = null)
{
    /// <summary>No limit.</summary>
    public static DeploymentLimits None { get; } = new();

    /// <summary>Whether calls must be counted before anything has gone wrong.</summary>
    internal bool AreNone => this == None;
}
