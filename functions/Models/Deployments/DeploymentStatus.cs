namespace AgentFunctions.Models.Deployments;

/// <summary>Whether a deployment is called.</summary>
public enum DeploymentHealth
{
    /// <summary>It is called as its limits allow.</summary>
    Available,

    /// <summary>It is called, at a lowered rate that rises again.</summary>
    Slowed,

    /// <summary>It has refused calls for load and is left alone until the time that it has asked for.</summary>
    Blocked,

    /// <summary>It has failed too often in a row and is left alone for a while.</summary>
    Failing,

    /// <summary>That while is over: one call probes it, and all others wait.</summary>
    Probing,
}

/// <summary>How a deployment stands, for everybody who calls it.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Health">Whether it is called.</param>
/// <param name="RequestsPerMinute">Calls that may begin a minute now; <see langword="null"/> for any number.</param>
/// <param name="TokensPerMinute">Tokens that may be used a minute now; <see langword="null"/> for any number.</param>
/// <param name="TokensLeft">Tokens that each priority may use at once; <see langword="null"/> where they are not limited.</param>
/// <param name="BlockedUntil">UTC time before which nobody calls it.</param>
/// <param name="InFlight">Calls under way: of all processes where their number is limited, otherwise of this one.</param>
/// <param name="WaitingUntil">UTC time that the last one in line of each priority was told to come at; <see langword="null"/> where nobody waits.</param>
/// <param name="FailuresInARow">Failed calls since one was answered.</param>
/// <param name="Refusals">Calls that it has refused for load, since ever.</param>
/// <param name="Failures">Calls that have failed, since ever.</param>
public sealed record DeploymentStatus(
    ModelDeployment Deployment,
    DeploymentHealth Health,
    double? RequestsPerMinute,
    double? TokensPerMinute,
    ByPriority<double>? TokensLeft,
    DateTimeOffset? BlockedUntil,
    int InFlight,
    ByPriority<DateTimeOffset?> WaitingUntil,
    int FailuresInARow,
    long Refusals,
    long Failures)
{
    internal static DeploymentStatus Of(
        ModelDeployment deployment, DeploymentRules rules, DeploymentState state, int underWay, DateTimeOffset now)
    {
        var blocked = Later(state.BlockedUntil, state.Circuit.OpenUntil);
        return new(
            deployment,
            Judge(rules, state, now),
            rules.RequestsPerMinute(state, now),
            rules.TokensPerMinute(state, now),
            rules.TokensLeft(state, now),
            blocked > now ? blocked : null,
            rules.CallsUnderWay(state, now) ?? underWay,
            Priorities.Each(priority => Until(state.Lines[priority], now)),
            state.Circuit.FailuresInARow,
            state.Refusals,
            state.Failures);
    }

    private static DeploymentHealth Judge(DeploymentRules rules, DeploymentState state, DateTimeOffset now) => state switch
    {
        { Circuit: { IsClosed: false, OpenUntil: { } open } } when open > now => DeploymentHealth.Failing,
        { Circuit.IsClosed: false } => DeploymentHealth.Probing,
        { BlockedUntil: { } blocked } when blocked > now => DeploymentHealth.Blocked,
        _ => rules.IsThrottled(state, now) ? DeploymentHealth.Slowed : DeploymentHealth.Available,
    };

    private static DateTimeOffset? Until(Line line, DateTimeOffset now) =>
        line.IsBusy(now) ? line.Until : null;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => (one ?? DateTimeOffset.MinValue) > (other ?? DateTimeOffset.MinValue) ? one : other;
}
