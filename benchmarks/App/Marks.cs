using System.Collections.Concurrent;
using System.Diagnostics;

namespace AgentFunctions.Benchmarks.App;

/// <summary>When activities ran.</summary>
public sealed class Marks
{
    private readonly ConcurrentDictionary<string, List<long>> times = new(StringComparer.Ordinal);

    public void Set(string name)
    {
        var list = times.GetOrAdd(name, _ => []);
        lock (list)
        {
            list.Add(Stopwatch.GetTimestamp());
        }
    }

    public IReadOnlyList<long> Of(string name) => times.GetValueOrDefault(name) ?? [];
}
