using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Tables;

/// <summary>Waits for commits to a tree: those of this process are told at once, those of others are seen in the tree's rows.</summary>
internal sealed class TreeWatch(TreeTable trees, ChangeSignal changes, StorageSettings settings)
{
    /// <summary>
    /// Longest wait. Who reads what there is right after the call may just miss a commit of another process that was made between the
    /// call and the first look at the rows; after this time they look again.
    /// </summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public async Task WaitAsync(string rootRunId, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var here = changes.WaitAsync(rootRunId, end.Token);
        var elsewhere = PollAsync(rootRunId, end.Token);
        var first = await Task.WhenAny(here, elsewhere);
        await end.CancelAsync();
        await first;
    }

    private async Task PollAsync(string rootRunId, CancellationToken cancellationToken)
    {
        var before = await trees.ReadAsync(rootRunId, cancellationToken);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(settings.PollSeconds));
        var left = Longest.TotalSeconds;
        while (left > 0)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            left -= settings.PollSeconds;
            var now = await trees.ReadAsync(rootRunId, cancellationToken);
            if (now.Count != before.Count || now.Any(row => before.GetValueOrDefault(row.Key) != row.Value))
            {
                return;
            }
        }
    }
}
