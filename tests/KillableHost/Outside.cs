using System.Globalization;
using System.Text;

namespace KillableHost;

/// <summary>A system outside the runtime that remembers idempotency keys: what happens there, and every call that it is asked for.</summary>
internal sealed class Outside(string folder)
{
    private readonly Lock gate = new();
    private int pressing;

    public bool IsReleased => File.Exists(Path.Combine(folder, "release"));

    public void Do(string what, string key, Action between)
    {
        lock (gate)
        {
            Append("calls.txt", $"{what} {key}");
            between();
            var effects = Path.Combine(folder, "effects.txt");
            if (!File.Exists(effects) || !File.ReadLines(effects).Any(line => line.EndsWith($" {key}", StringComparison.Ordinal)))
            {
                Append("effects.txt", $"{what} {key}");
            }
        }
    }

    /// <summary>Notes where two use the press at the same time.</summary>
    public IDisposable Press()
    {
        if (Interlocked.Increment(ref pressing) > 1)
        {
            lock (gate)
            {
                Append("overlaps.txt", "overlap");
            }
        }

        return new Pressed(this);
    }

    /// <summary>Stamps, unless a greater token was seen.</summary>
    public bool Stamp(long token, string what)
    {
        lock (gate)
        {
            var stamps = Path.Combine(folder, "stamps.txt");
            var greatest = File.Exists(stamps) ? File.ReadLines(stamps).Max(line => long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)) : 0;
            if (token < greatest)
            {
                return false;
            }

            Append("stamps.txt", string.Create(CultureInfo.InvariantCulture, $"{token} {what}"));
            return true;
        }
    }

    private sealed class Pressed(Outside outside) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref outside.pressing);
    }

    private void Append(string name, string line)
    {
        using var file = new FileStream(Path.Combine(folder, name), FileMode.Append);
        file.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        file.Flush(flushToDisk: true);
    }
}
