using System.Text;

namespace KillableHost;

/// <summary>A system outside the runtime that remembers idempotency keys: what happens there, and every call that it is asked for.</summary>
internal sealed class Outside(string folder)
{
    private readonly Lock gate = new();

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

    private void Append(string name, string line)
    {
        using var file = new FileStream(Path.Combine(folder, name), FileMode.Append);
        file.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        file.Flush(flushToDisk: true);
    }
}
