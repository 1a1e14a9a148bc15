namespace AgentFunctions.Benchmarks.Soak;

/// <summary>The first problems that were found, each with the instance that it is of.</summary>
internal sealed class Problems
{
    private const int Kept = 20;
    private readonly List<string> first = [];

    public IReadOnlyList<string> First => first;

    public void Add(string problem)
    {
        if (first.Count < Kept)
        {
            first.Add(problem);
        }
    }
}
