using System.ComponentModel;
using System.Globalization;
using System.Text;
using AgentFunctions;

namespace KillableHost;

/// <summary>
/// A tool that notes when each of its calls begins and ends, and in which process: what really went on at the same time. While the file
/// <c>hold</c> is there, as many of its calls as the file says do not end, and are noted as held.
/// </summary>
internal sealed class LedgerTools(Ledger ledger)
{
    [Description("Works for a moment.")]
    public async Task<string> Work([Description("On what.")] string text, ToolContext context, CancellationToken cancellationToken)
    {
        ledger.Write($"begin {context.Tenant} {context.RunId} {context.IdempotencyKey}");
        await Task.Delay(TimeSpan.FromMilliseconds(30), cancellationToken);
        if (ledger.Holds())
        {
            ledger.Write($"held {context.Tenant} {context.RunId} {context.IdempotencyKey}");
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        ledger.Write($"end {context.Tenant} {context.RunId} {context.IdempotencyKey}");
        return text;
    }
}

/// <summary>Lines in the order in which they were written. A killed process loses none: they are the operating system's at once.</summary>
internal sealed class Ledger : IDisposable
{
    private readonly Lock gate = new();
    private readonly FileStream file;
    private readonly string hold;
    private int held;

    public Ledger(string folder)
    {
        hold = Path.Combine(folder, "hold");
        file = new FileStream(Path.Combine(folder, "ledger.txt"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        Write(string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}"));
    }

    public void Write(string line)
    {
        lock (gate)
        {
            file.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        }
    }

    /// <summary>Whether this call is one of those that are to be held.</summary>
    public bool Holds()
    {
        lock (gate)
        {
            return File.Exists(hold)
                && int.TryParse(File.ReadAllText(hold), NumberStyles.None, CultureInfo.InvariantCulture, out var most)
                && held < most
                && ++held <= most;
        }
    }

    public void Dispose() => file.Dispose();
}
