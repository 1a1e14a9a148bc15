using System.Collections.Concurrent;

namespace AgentFunctions.Storage.Journal;

/// <summary>Wakes those who wait for a change of a tree of runs.</summary>
internal sealed class ChangeSignal
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);

    /// <summary>Completes at the next change after this call.</summary>
    public Task WaitAsync(string rootRunId, CancellationToken cancellationToken) => waiting
        .GetOrAdd(rootRunId, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
        .Task.WaitAsync(cancellationToken);

    public void Raise(string rootRunId)
    {
        if (waiting.TryRemove(rootRunId, out var source))
        {
            source.SetResult();
        }
    }
}
