using System.Collections.Concurrent;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Tells those who wait for an instance that its status has changed.</summary>
internal sealed class Signals
{
    private readonly ConcurrentDictionary<string, Waiters> waiters = new(StringComparer.Ordinal);

    /// <summary>Waits until a read of the instance gives something that is awaited.</summary>
    public async Task<T> UntilAsync<T>(string instanceId, Func<T?> read, CancellationToken cancellation)
        where T : class
    {
        var mine = waiters.AddOrUpdate(instanceId, _ => new Waiters(1), (_, others) => others with { Count = others.Count + 1 });
        try
        {
            while (true)
            {
                var changed = mine.Current;
                if (read() is { } value)
                {
                    return value;
                }

                await changed.WaitAsync(cancellation);
            }
        }
        finally
        {
            Leave(instanceId);
        }
    }

    public void Changed(string instanceId)
    {
        if (waiters.TryGetValue(instanceId, out var found))
        {
            found.Signal();
        }
    }

    private void Leave(string instanceId)
    {
        while (waiters.TryGetValue(instanceId, out var found))
        {
            var isDone = found.Count == 1
                ? waiters.TryRemove(new KeyValuePair<string, Waiters>(instanceId, found))
                : waiters.TryUpdate(instanceId, found with { Count = found.Count - 1 }, found);
            if (isDone)
            {
                return;
            }
        }
    }

    private sealed record Waiters(int Count)
    {
        private readonly Box box = new();

        public Task Current => box.Source.Task;

        public void Signal() => Interlocked
            .Exchange(ref box.Source, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .TrySetResult();

        // Shared by the copies that differ in their counts.
        private sealed class Box
        {
            public TaskCompletionSource Source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
