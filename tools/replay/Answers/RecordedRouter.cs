using AgentFunctions.Models;
using AgentFunctions.Models.Deployments;
using AgentFunctions.Replay.Record;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;

namespace AgentFunctions.Replay.Answers;

/// <summary>Sends each call to the deployment that it went to then. Nobody waits for a rate: what it let happen is on record.</summary>
/// <param name="recording">The record.</param>
public sealed class RecordedRouter(RunRecording recording) : IModelRouter
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public Task<ModelRoute> RouteAsync(ModelCallAsk ask, CancellationToken cancellationToken) => Task.FromResult(Route(ask));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, DateTimeOffset> Blocked() => new Dictionary<string, DateTimeOffset>();

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeploymentStatus>> StatusAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<DeploymentStatus>>([]);

    /// <summary>
    /// An attempt at the deployment that has just failed was made by another activity, after a wait: so it is here. Where the record has no
    /// further attempt, all go on as they did after the last one until nobody tries again.
    /// </summary>
    private ModelRoute Route(ModelCallAsk ask)
    {
        var next = Failed(ask, ask.Attempt) ?? recording.Find(ask.RunId, ask.Key, Branch(ask))?.Events.FirstOrDefault(entry => entry.Type == "model.call");
        var deployment = (string?)next?.Data?["deployment"];
        if (ask.Tried.Count == 0 ? next is not null || ask.Attempt == 1 : next is not null && !ask.Tried.Contains(deployment ?? "", StringComparer.Ordinal))
        {
            return new ModelRoute.Go(new Permit(deployment));
        }

        var last = ask.Tried.Count == 0 ? RecordedFailureException.Of(Failed(ask, ask.Attempt - 1)!).Failure : null;
        return ask.WasRefused || last?.RetryAfter is not null || last is { Kind: ModelFailure.RateLimited, IsTransient: true }
            ? new ModelRoute.Wait(Again, new ModelPlace("", Ticket: 0, DateTimeOffset.MinValue, WasRefused: true))
            : new ModelRoute.None(last);
    }

    private AuditEvent? Failed(ModelCallAsk ask, int attempt) =>
        recording.Find(ask.RunId, FormattableString.Invariant($"{ask.Key}#a{attempt}"), Branch(ask))?.Events[0];

    private static int Branch(ModelCallAsk ask) => InvocationBranch.Of(ask.RunId) ?? 0;

    private sealed class Permit(string? deployment) : IModelPermit
    {
        public string? Deployment => deployment;

        public Task AnsweredAsync() => Task.CompletedTask;

        public Task FailedAsync(ModelFailure failure) => Task.CompletedTask;

        public Task WithdrawAsync() => Task.CompletedTask;
    }
}
