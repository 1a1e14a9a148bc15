using System.Collections.Concurrent;

namespace AgentFunctions.Models;

/// <summary>Remembers what was used lately in two generations: bounded in memory, without a lock on the way of a hit.</summary>
/// <param name="capacity">Entries of one generation.</param>
internal sealed class RecentCounts(int capacity)
{
    private ConcurrentDictionary<(UInt128 Hash, int Length), int> young = new();
    private ConcurrentDictionary<(UInt128 Hash, int Length), int> old = new();

    /// <summary>Looks a count up, and keeps it young.</summary>
    /// <param name="key">Hash and length of the text.</param>
    /// <param name="count">The count.</param>
    public bool TryGet((UInt128 Hash, int Length) key, out int count)
    {
        if (Volatile.Read(ref young).TryGetValue(key, out count))
        {
            return true;
        }

        if (!Volatile.Read(ref old).TryGetValue(key, out count))
        {
            return false;
        }

        Set(key, count);
        return true;
    }

    /// <summary>Remembers a count.</summary>
    /// <param name="key">Hash and length of the text.</param>
    /// <param name="count">The count.</param>
    public void Set((UInt128 Hash, int Length) key, int count)
    {
        var current = Volatile.Read(ref young);
        current[key] = count;
        if (current.Count >= capacity && Interlocked.CompareExchange(ref young, new(), current) == current)
        {
            Volatile.Write(ref old, current);
        }
    }
}
