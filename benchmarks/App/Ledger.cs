using System.Text;

namespace AgentFunctions.Benchmarks.App;

/// <summary>A file in which steps note that they were executed, in order; it survives the process, as what the kernel has taken does.</summary>
public sealed class Ledger(string file) : IDisposable
{
    private readonly Lock gate = new();
    private FileStream? stream;

    public void Note(string instance, int step)
    {
        var line = Encoding.UTF8.GetBytes($"{instance} {step} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n");
        lock (gate)
        {
            stream ??= new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(line);
        }
    }

    public void Dispose() => stream?.Dispose();
}

/// <summary>One line of a ledger.</summary>
internal sealed record Execution(string Instance, int Step, DateTimeOffset At)
{
    public static List<Execution> Read(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var found = new List<Execution>();
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            found.Add(new Execution(parts[0], int.Parse(parts[1]), DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[2]))));
        }

        return found;
    }

    /// <summary>
    /// Steps that were executed again although they had completed: a later step of the same orchestration had begun by then,
    /// and it begins only after the completion of the one before is on disk.
    /// </summary>
    public static int CompletedAgain(IEnumerable<Execution> ledger)
    {
        var furthest = new Dictionary<string, int>(StringComparer.Ordinal);
        var again = 0;
        foreach (var each in ledger)
        {
            var last = furthest.GetValueOrDefault(each.Instance, -1);
            again += each.Step < last ? 1 : 0;
            furthest[each.Instance] = Math.Max(last, each.Step);
        }

        return again;
    }
}
