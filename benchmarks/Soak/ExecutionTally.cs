namespace AgentFunctions.Benchmarks.Soak;

/// <summary>How often activities were executed, and whether that was once too often.</summary>
internal sealed class ExecutionTally(Func<string, SoakProgram> programOf)
{
    private readonly Dictionary<string, Dictionary<string, int>> executions = new(StringComparer.Ordinal);

    /// <summary>Executions.</summary>
    public int Total { get; private set; }

    /// <summary>Executions of activities whose completion was stored before the process that executed them was started.</summary>
    public int Doubled { get; private set; }

    /// <summary>Executions that no program asks for.</summary>
    public int Unforeseen { get; private set; }

    /// <summary>Takes in what one process executed between its start and its end.</summary>
    /// <param name="lines">The ledger's lines of that process.</param>
    /// <param name="before">What was stored when it was started.</param>
    /// <param name="problems">Where each doubled or unforeseen execution is named.</param>
    public void Add(IEnumerable<string> lines, Evidence before, Problems problems)
    {
        foreach (var (line, count) in lines.CountBy(each => each))
        {
            var (root, path) = Split(line);
            Total += count;
            if (!programOf(root).Expectation.Executions.TryGetValue(path, out var expected))
            {
                Unforeseen += count;
                problems.Add($"{root}: activity {path} is not of this program");
                continue;
            }

            var paths = executions.TryGetValue(root, out var known) ? known : executions[root] = new(StringComparer.Ordinal);
            paths[path] = paths.GetValueOrDefault(path) + count;
            var tooMany = count - before.Allows(root, path, expected);
            if (tooMany > 0)
            {
                Doubled += tooMany;
                problems.Add($"{root}: activity {path} was executed {tooMany} times after its completion was stored");
            }
        }
    }

    /// <summary>Executions that are missing of a program that has ended.</summary>
    public int LostOf(SoakProgram program) => program.Expectation.Executions.Sum(each => Math.Max(0, each.Value - CountOf(program.Root, each.Key)));

    /// <summary>Executions of a program beyond those that it takes when nothing interrupts it.</summary>
    public int AgainOf(SoakProgram program) => program.Expectation.Executions.Sum(each => Math.Max(0, CountOf(program.Root, each.Key) - each.Value));

    private int CountOf(string root, string path) =>
        executions.TryGetValue(root, out var paths) ? paths.GetValueOrDefault(path) : 0;

    /// <summary>The root and the path of a line.</summary>
    public static (string Root, string Path) Split(string line)
    {
        var space = line.IndexOf(' ');
        return (line[..space], line[(space + 1)..]);
    }
}
