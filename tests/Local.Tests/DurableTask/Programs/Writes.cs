namespace Local.Tests.DurableTask.Programs;

/// <summary>What is written into entities, and in which order as far as that is certain.</summary>
internal abstract record Writes
{
    public static Writes None { get; } = new InOrder([]);

    public abstract IEnumerable<OneWrite> All { get; }

    /// <summary>Whether the order in which an entity saw what it was sent is one that may be.</summary>
    public abstract bool Allows(int entity, IReadOnlyList<string> seen);

    /// <summary>The places of what has a certain time.</summary>
    protected static IEnumerable<int> Places(Writes writes, int entity, IReadOnlyList<string> seen) =>
        writes.All.Where(each => each.Entity == entity && !each.IsDelayed).Select(each => seen.IndexOf(each.Path));
}

internal sealed record OneWrite(int Entity, string Path, bool IsDelayed) : Writes
{
    public override IEnumerable<OneWrite> All => [this];

    public override bool Allows(int entity, IReadOnlyList<string> seen) => true;
}

internal sealed record InOrder(IReadOnlyList<Writes> Parts) : Writes
{
    public override IEnumerable<OneWrite> All => Parts.SelectMany(part => part.All);

    public override bool Allows(int entity, IReadOnlyList<string> seen)
    {
        var last = -1;
        foreach (var part in Parts)
        {
            var places = Places(part, entity, seen).ToList();
            if (!part.Allows(entity, seen) || places.Exists(place => place < last))
            {
                return false;
            }

            last = places.Append(last).Max();
        }

        return true;
    }
}

internal sealed record InAnyOrder(IReadOnlyList<Writes> Parts) : Writes
{
    public override IEnumerable<OneWrite> All => Parts.SelectMany(part => part.All);

    public override bool Allows(int entity, IReadOnlyList<string> seen) => Parts.All(part => part.Allows(entity, seen));
}

/// <summary>Parts of which each comes after those before it and after all that come before them.</summary>
/// <param name="Parts">The parts.</param>
/// <param name="After">For each part those before it, by their places, which are smaller than its own.</param>
internal sealed record InGraph(IReadOnlyList<Writes> Parts, IReadOnlyList<int[]> After) : Writes
{
    public override IEnumerable<OneWrite> All => Parts.SelectMany(part => part.All);

    public override bool Allows(int entity, IReadOnlyList<string> seen)
    {
        // The last place of each part and of all before it.
        var last = new List<int>();
        foreach (var (index, part) in Parts.Index())
        {
            var before = After[index].Select(each => last[each]).Append(-1).Max();
            var places = Places(part, entity, seen).ToList();
            if (!part.Allows(entity, seen) || places.Exists(place => place < before))
            {
                return false;
            }

            last.Add(places.Append(before).Max());
        }

        return true;
    }
}

internal static class ListExtensions
{
    public static int IndexOf(this IReadOnlyList<string> list, string item) =>
        Enumerable.Range(0, list.Count).FirstOrDefault(index => list[index] == item, -1);
}
