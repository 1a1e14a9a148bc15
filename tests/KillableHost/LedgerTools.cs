using System.ComponentModel;
using System.Globalization;
using System.Text;
using AgentFunctions;

namespace KillableHost;

/// <summary>A tool that notes when each of its calls begins and ends, and in which process: what really went on at the same time.</summary>
internal sealed class LedgerTools(Ledger ledger)
{
    [Description("Works for a moment.")]
    public async Task<string> Work([Description("On what.")] string text, ToolContext context, CancellationToken cancellationToken)
    {
        ledger.Write($"begin {context.Tenant} {context.RunId} {context.IdempotencyKey}");
        await Task.Delay(TimeSpan.FromMilliseconds(30), cancellationToken);
        ledger.Write($"end {context.Tenant} {context.RunId} {context.IdempotencyKey}");
        return text;
    }
}

/// <summary>Lines in the order in which they were written. A killed process loses none: they are the operating system's at once.</summary>
internal sealed class Ledger : IDisposable
{
    private readonly Lock gate = new();
    private readonly FileStream file;

    public Ledger(string folder)
    {
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

    public void Dispose() => file.Dispose();
}
