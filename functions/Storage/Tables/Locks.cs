namespace AgentFunctions.Storage.Tables;

/// <summary>Lets the callers of one process change a partition one after the other, so that they do not run into each other's ETags.</summary>
internal sealed class Locks
{
    private readonly SemaphoreSlim[] stripes = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits for the turn; whoever holds one takes no second one.</summary>
    public async Task<IDisposable> EnterAsync(string id, CancellationToken cancellationToken)
    {
        var stripe = stripes[(uint)string.GetHashCode(id, StringComparison.Ordinal) % stripes.Length];
        await stripe.WaitAsync(cancellationToken);
        return new Turn(stripe);
    }

    private sealed class Turn(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
