using System.Collections.Concurrent;

namespace AgentFunctions.Tools;

/// <summary>The calls of tools with a compensation that this process is making: one that is under way is compensated when it has ended.</summary>
public sealed class RunningCalls
{
    private readonly ConcurrentDictionary<string, int> running = new(StringComparer.Ordinal);

    /// <summary>Whether a call is under way.</summary>
    /// <param name="idempotencyKey">The call.</param>
    public bool IsRunning(string idempotencyKey) => running.ContainsKey(idempotencyKey);

    /// <summary>Notes that a call is under way until the result is disposed.</summary>
    /// <param name="idempotencyKey">The call.</param>
    public IDisposable Track(string idempotencyKey)
    {
        running.AddOrUpdate(idempotencyKey, 1, (_, count) => count + 1);
        return new Tracked(this, idempotencyKey);
    }

    private void End(string idempotencyKey)
    {
        if (running.AddOrUpdate(idempotencyKey, 0, (_, count) => count - 1) == 0)
        {
            running.TryRemove(KeyValuePair.Create(idempotencyKey, 0));
        }
    }

    private sealed class Tracked(RunningCalls calls, string idempotencyKey) : IDisposable
    {
        public void Dispose() => calls.End(idempotencyKey);
    }
}
