namespace CrashHost.Programs;

/// <summary>A file in which activities note that they were executed; it outlives the process.</summary>
public sealed class Ledger(string file)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> executions = Read(file)
        .GroupBy(line => line, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

    /// <summary>The lines of a ledger: root and path of each execution.</summary>
    public static string[] Read(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];

    public static string Line(string root, string path) => $"{root} {path}";

    /// <summary>Notes an execution and tells how many there have been of this activity.</summary>
    public int Note(string root, string path)
    {
        var line = Line(root, path);
        lock (gate)
        {
            File.AppendAllText(file, $"{line}\n");
            return executions[line] = executions.GetValueOrDefault(line) + 1;
        }
    }
}
