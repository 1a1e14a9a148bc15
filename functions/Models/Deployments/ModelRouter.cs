using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using AgentFunctions.Storage;

namespace AgentFunctions.Models.Deployments;

/// <summary>Asks a model's deployments in their order until one takes the call, and gets in line at the one where the wait is shortest.</summary>
internal sealed class ModelRouter : IModelRouter, IDisposable
{
    private readonly FrozenDictionary<string, IReadOnlyList<DeploymentBook>> books;
    private readonly DeploymentSettings settings;
    private readonly HostIdentity host;
    private readonly TimeProvider time;

    /// <summary>Opens the books of all deployments.</summary>
    /// <param name="models">The models.</param>
    /// <param name="settings">How deployments share, slow down, rest and come back.</param>
    /// <param name="store">Where their state is.</param>
    /// <param name="host">This process.</param>
    /// <param name="time">The clock.</param>
    public ModelRouter(IModelCatalog models, DeploymentSettings settings, IDeploymentStore store, HostIdentity host, TimeProvider time)
    {
        (this.settings, this.host, this.time) = (settings, host, time);
        books = models.List().ToFrozenDictionary(
            model => model.Name,
            model => (IReadOnlyList<DeploymentBook>)[.. models.Deployments(model.Name).Select(deployment =>
                new DeploymentBook(deployment, new DeploymentRules(deployment, settings), store, host, time))],
            StringComparer.Ordinal);
    }

    /// <inheritdoc />
    public async Task<ModelRoute> RouteAsync(ModelCallAsk ask, CancellationToken cancellationToken)
    {
        var candidates = Candidates(ask);
        var untried = candidates.Where(book => !ask.Tried.Contains(book.Deployment.Name, StringComparer.Ordinal)).ToList();
        if (candidates.Count == 1 && untried.Count == 1)
        {
            return await AtAsync(untried[0], ask, await AskAsync(untried[0], ask, takesPlace: true));
        }

        foreach (var book in untried)
        {
            if (await AskAsync(book, ask, takesPlace: false) is Verdict.Go go)
            {
                return new ModelRoute.Go(new Permit(book, go.Permit));
            }
        }

        return ask is { Tried.Count: > 0, WasRefused: false }
            ? new ModelRoute.None()
            : await LineUpAsync(candidates, ask);
    }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, DateTimeOffset> Blocked()
    {
        var now = time.GetUtcNow();
        return books
            .Select(model => (Model: model.Key, Until: model.Value.Min(book => book.BlockedUntil ?? DateTimeOffset.MinValue)))
            .Where(model => model.Until > now)
            .ToDictionary(model => model.Model, model => model.Until, StringComparer.Ordinal);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<DeploymentStatus>> StatusAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(books.OrderBy(model => model.Key, StringComparer.Ordinal).SelectMany(model => model.Value).Select(book => book.StatusAsync()));

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var book in books.Values.SelectMany(each => each))
        {
            book.Dispose();
        }
    }

    /// <summary>By order; those of the same order by weighted rendezvous hashing: each gets its part of the calls, and a call always has the same order.</summary>
    private List<DeploymentBook> Candidates(ModelCallAsk ask)
    {
        var all = books.GetValueOrDefault(ask.Model) ?? throw new KeyNotFoundException($"There is no model '{ask.Model}'.");
        var asked = all.Where(book => ask.Pinned is null || book.Deployment.Name == ask.Pinned)
            .OrderBy(book => book.Deployment.Order)
            .ThenBy(book => -Math.Log(Part(ask, book.Deployment.Name)) / book.Deployment.Weight)
            .ToList();
        return asked.Count > 0 ? asked : throw new KeyNotFoundException($"The model '{ask.Model}' has no deployment '{ask.Pinned}'.");
    }

    private async Task<ModelRoute> LineUpAsync(List<DeploymentBook> candidates, ModelCallAsk ask)
    {
        (DeploymentBook Book, Verdict.Wait Wait)? shortest = null;
        foreach (var book in candidates)
        {
            switch (await AskAsync(book, ask, takesPlace: false))
            {
                case Verdict.Go go:
                    return new ModelRoute.Go(new Permit(book, go.Permit));
                case Verdict.Wait wait when shortest is not { } best || IsBetter(wait, best.Wait):
                    shortest = (book, wait);
                    break;
                default:
                    break;
            }
        }

        return await AtAsync(shortest!.Value.Book, ask, await AskAsync(shortest.Value.Book, ask, takesPlace: true));
    }

    private static bool IsBetter(Verdict.Wait one, Verdict.Wait other) =>
        (one.Permanent is not null, one.Until).CompareTo((other.Permanent is not null, other.Until)) < 0;

    private async Task<ModelRoute> AtAsync(DeploymentBook book, ModelCallAsk ask, Verdict verdict)
    {
        if (verdict is Verdict.Go go)
        {
            return new ModelRoute.Go(new Permit(book, go.Permit));
        }

        var (wait, now) = ((Verdict.Wait)verdict, time.GetUtcNow());
        var since = ask.Place?.Since ?? now;

        // Nobody sleeps longer than they have patience with deployments that fail.
        DateTimeOffset? patience = wait.FailingSince is { } failing ? (failing > since ? failing : since) + settings.Outage : null;
        var until = patience < wait.Until ? patience.Value : wait.Until;
        return wait.Permanent is { } permanent ? new ModelRoute.GiveUp(new ModelFailure(permanent.Kind, permanent.Message, IsTransient: false, RetryAfter: null))
            : patience <= now ? new ModelRoute.GiveUp(new ModelFailure("unavailable", Outage(ask.Model), IsTransient: false, RetryAfter: null))
            : new ModelRoute.Wait(until > now ? until - now : TimeSpan.Zero, new ModelPlace(book.Deployment.Name, wait.Ticket, since, ask.WasRefused));
    }

    private string Outage(string model) => FormattableString.Invariant(
        $"All deployments of the model '{model}' have been failing for more than {settings.Outage.TotalSeconds} seconds.");

    private Task<Verdict> AskAsync(DeploymentBook book, ModelCallAsk ask, bool takesPlace) => book.AskAsync(new CallAsk(
        ask.Priority,
        book.Deployment.Limits.TokensPerMinute is null ? 0 : ask.Tokens(),
        host.Id,
        ask.Place is { } place && place.Deployment == book.Deployment.Name ? place.Ticket : null,
        Part(ask, ""),
        takesPlace));

    /// <summary>Above 0 and below 1, by the call and a word.</summary>
    private static double Part(ModelCallAsk ask, string word) =>
        ((BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{ask.RunId}/{ask.Key}\n{word}"))) >> 11) + 0.5) / (1UL << 53);

    private sealed class Permit(DeploymentBook book, CallPermit permit) : IModelPermit
    {
        public string? Deployment => book.Deployment.Name;

        public Task AnsweredAsync() => book.EndAsync(permit, new CallEnd.Answered());

        public Task WithdrawAsync() => book.EndAsync(permit, new CallEnd.Withdrawn());

        public Task FailedAsync(ModelFailure failure) => book.EndAsync(permit, failure switch
        {
            { Kind: ModelFailure.RateLimited, IsTransient: true } => new CallEnd.Refused(failure.RetryAfter, 0),
            { IsOfDeployment: true } => new CallEnd.Failed(
                failure.RetryAfter, failure.IsTransient ? null : new PermanentFailure(failure.Kind, failure.Message)),
            _ => new CallEnd.Answered(),
        });
    }
}
