using AgentFunctions.Models;
using AgentFunctions.Models.Deployments;

namespace AgentFunctions.Http.Views;

/// <summary>Models by name.</summary>
/// <param name="Models">The models.</param>
public sealed record ModelList(IReadOnlyList<ModelView> Models);

/// <summary>A model.</summary>
/// <param name="Name">The name that agent definitions use.</param>
/// <param name="InputUsdPerMillionTokens">Price of input, USD per million tokens.</param>
/// <param name="OutputUsdPerMillionTokens">Price of output, USD per million tokens.</param>
/// <param name="Deployments">What backs it, in the order in which it is asked.</param>
public sealed record ModelView(
    string Name, decimal InputUsdPerMillionTokens, decimal OutputUsdPerMillionTokens, IReadOnlyList<DeploymentView> Deployments)
{
    internal static ModelView Of(ModelDefinition model, IEnumerable<DeploymentStatus> deployments) => new(
        model.Name, model.InputUsdPerMillionTokens, model.OutputUsdPerMillionTokens, [.. deployments.Select(DeploymentView.Of)]);
}

/// <summary>A deployment of a model, as everybody who calls it sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Provider"><c>azure-openai</c>, <c>openai</c> or <c>simulated</c>.</param>
/// <param name="Order">The lowest is asked first.</param>
/// <param name="Weight">Its part of the calls among those of the same order.</param>
/// <param name="Limits">What it takes by its definition.</param>
/// <param name="Health">Whether it is called.</param>
/// <param name="RequestsPerMinute">Calls that may begin a minute now; left out for any number.</param>
/// <param name="TokensPerMinute">Tokens that may be used a minute now; left out for any number.</param>
/// <param name="TokensLeft">Tokens that each priority may use at once; left out where they are not limited.</param>
/// <param name="BlockedUntil">UTC time before which nobody calls it.</param>
/// <param name="InFlight">Calls under way: of all processes where <c>maxConcurrentCalls</c> is set, otherwise of the one that answers.</param>
/// <param name="WaitingUntil">UTC time that the last one in line was told to come at, by priority; left out where nobody waits.</param>
/// <param name="FailuresInARow">Failed calls since one was answered.</param>
/// <param name="Refusals">Calls that it has refused for load, since ever.</param>
/// <param name="Failures">Calls that have failed, since ever.</param>
public sealed record DeploymentView(
    string Name,
    string Provider,
    int Order,
    int Weight,
    DeploymentLimits Limits,
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
    internal static DeploymentView Of(DeploymentStatus status) => new(
        status.Deployment.Name,
        status.Deployment.Provider,
        status.Deployment.Order,
        status.Deployment.Weight,
        status.Deployment.Limits,
        status.Health,
        Rounded(status.RequestsPerMinute),
        Rounded(status.TokensPerMinute),
        status.TokensLeft is { } left ? Priorities.Each(priority => Math.Floor(left[priority])) : null,
        status.BlockedUntil,
        status.InFlight,
        status.WaitingUntil,
        status.FailuresInARow,
        status.Refusals,
        status.Failures);

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 2) : null;
}
