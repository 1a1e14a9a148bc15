using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;

namespace KillableHost;

/// <summary>The places where the process kills itself. Each counts once, also over restarts: what was done is in a file.</summary>
internal sealed class Kills : IDisposable
{
    private readonly Lock gate = new();
    private readonly MeterListener commits = new();
    private readonly HashSet<string> left;
    private readonly string file;
    private string? within;

    public Kills(string file, string places)
    {
        this.file = file;
        left = [.. places.Split(',', StringSplitOptions.RemoveEmptyEntries)];
        left.ExceptWith(File.Exists(file) ? File.ReadAllLines(file) : []);
        commits.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "local.storage.commits")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        commits.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (Volatile.Read(ref within) is { } function)
            {
                At($"{function}:commit");
            }
        });
        commits.Start();
    }

    /// <summary>Kills the process if this is one of the places.</summary>
    public void At(string place)
    {
        lock (gate)
        {
            if (!left.Remove(place))
            {
                return;
            }

            using (var written = new FileStream(file, FileMode.Append))
            {
                written.Write(Encoding.UTF8.GetBytes($"{place}\n"));
                written.Flush(flushToDisk: true);
            }

            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <summary>Kills the process right after the engine's first commit while a function is under way, if that is one of the places.</summary>
    public IDisposable? AtCommitWithin(string function)
    {
        if (!left.Contains($"{function}:commit"))
        {
            return null;
        }

        Volatile.Write(ref within, function);
        return new End(this);
    }

    public void Dispose() => commits.Dispose();

    private sealed class End(Kills kills) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref kills.within, null);
    }
}
