namespace LogisticsStorm.Network;

/// <summary>
/// SplitMix64: a random sequence that is the same on every machine and every .NET version,
/// which <see cref="System.Random"/> does not promise.
/// </summary>
/// <param name="seed">The same seed gives the same sequence.</param>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    /// <summary>A sequence of its own for each part of a scenario, so that more of one part does not change another.</summary>
    public static Dice For(int seed, string part) =>
        new(part.Aggregate(unchecked((ulong)seed) ^ 0xCBF29CE484222325UL, (hash, letter) => unchecked((hash ^ letter) * 0x100000001B3UL)));

    /// <summary>From 0 up to, but not including, <paramref name="exclusiveMax"/>.</summary>
    public int Next(int exclusiveMax)
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)((z ^ (z >> 31)) % (ulong)exclusiveMax);
    }

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + Next(most - least + 1);

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];
}
