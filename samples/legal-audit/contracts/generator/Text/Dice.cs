namespace ContractGenerator.Text;

/// <summary>
/// SplitMix64: a random sequence that is the same on every machine and every .NET version,
/// which <see cref="System.Random"/> does not promise.
/// </summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public int Next(int exclusiveMax)
    {
        _state += 0x9E3779B97F4A7C15UL;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)((z ^ (z >> 31)) % (ulong)exclusiveMax);
    }

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];

    public bool Chance(int percent) => Next(100) < percent;

    public List<T> Shuffle<T>(IEnumerable<T> items)
    {
        var list = items.ToList();
        for (var i = list.Count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }

        return list;
    }
}
