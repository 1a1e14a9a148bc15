using AgentFunctions.Runs;

namespace AgentFunctions.Models.Deployments;

/// <summary>Says which deployment answers a call, and when. Every attempt at a model call asks here first.</summary>
public interface IModelRouter
{
    /// <summary>Lets the call go to a deployment, or says when to ask again.</summary>
    /// <param name="ask">The call.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <exception cref="KeyNotFoundException">There is no such model, or no such deployment of it.</exception>
    Task<ModelRoute> RouteAsync(ModelCallAsk ask, CancellationToken cancellationToken);

    /// <summary>
    /// The models that take no call now because all of their deployments have refused for load, with the UTC time until when, as far as this
    /// process has seen. Deployments that fail are not meant: their calls have to fail, too.
    /// </summary>
    IReadOnlyDictionary<string, DateTimeOffset> Blocked();

    /// <summary>How all deployments stand, by model, in the order in which they are asked.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<DeploymentStatus>> StatusAsync(CancellationToken cancellationToken);
}

/// <summary>A call that is to be made.</summary>
/// <param name="Model">The model.</param>
/// <param name="RunId">The run.</param>
/// <param name="Key">The key of the call in its run.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Priority">The run's priority.</param>
/// <param name="Tokens">Tokens of the prompt and of the longest answer; asked for only where tokens are limited.</param>
public sealed record ModelCallAsk(string Model, string RunId, string Key, int Attempt, RunPriority Priority, Func<long> Tokens)
{
    /// <summary>The only deployment that may answer; <see langword="null"/> for any of the model's.</summary>
    public string? Pinned { get; init; }

    /// <summary>The place that the call was given when it was made to wait.</summary>
    public ModelPlace? Place { get; init; }

    /// <summary>The deployments that have failed the call just now.</summary>
    public IReadOnlyCollection<string> Tried { get; init; } = [];

    /// <summary>Whether the last of them said when to call again.</summary>
    public bool WasRefused { get; init; }
}

/// <summary>What is to become of a call.</summary>
public abstract record ModelRoute
{
    private ModelRoute()
    {
    }

    /// <summary>It is made now.</summary>
    /// <param name="Permit">What its end is told to.</param>
    public sealed record Go(IModelPermit Permit) : ModelRoute;

    /// <summary>It waits.</summary>
    /// <param name="For">How long.</param>
    /// <param name="Place">What it takes along.</param>
    public sealed record Wait(TimeSpan For, ModelPlace Place) : ModelRoute;

    /// <summary>No other deployment takes it now: what the last attempt failed with counts.</summary>
    /// <param name="Known">That, where the attempt was made before this question's activity began.</param>
    public sealed record None(ModelFailure? Known = null) : ModelRoute;

    /// <summary>All deployments of the model have failed for so long, or in such a way, that the call fails as well, without an attempt.</summary>
    /// <param name="Failure">How.</param>
    public sealed record GiveUp(ModelFailure Failure) : ModelRoute;
}

/// <summary>A call that may be made. It must be told how the call ended.</summary>
public interface IModelPermit
{
    /// <summary>The deployment; <see langword="null"/> where the record that is replayed names none.</summary>
    string? Deployment { get; }

    /// <summary>The provider has answered.</summary>
    Task AnsweredAsync();

    /// <summary>The call failed.</summary>
    /// <param name="failure">What it means.</param>
    Task FailedAsync(ModelFailure failure);

    /// <summary>The caller gave up.</summary>
    Task WithdrawAsync();
}
