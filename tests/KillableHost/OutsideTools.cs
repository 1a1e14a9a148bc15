using System.ComponentModel;
using System.Text;
using AgentFunctions;

namespace KillableHost;

/// <summary>Tools with effects inside and outside the thread's files.</summary>
internal sealed class OutsideTools(Outside outside, Kills kills)
{
    [Description("Books something elsewhere.")]
    [CompensatedBy(nameof(Unbook))]
    public string Book([Description("What.")] string text, ToolContext context)
    {
        outside.Do($"book {text}", context.IdempotencyKey, () => { });
        return text;
    }

    public string Unbook(string text, ToolContext context)
    {
        kills.At($"unbook {text}:before");
        outside.Do($"unbook {text}", context.IdempotencyKey, () => kills.At($"unbook {text}:during"));
        kills.At($"unbook {text}:after");
        return text;
    }

    [Description("Buys something elsewhere. What begins with 'cheap' costs less than declared; what ends with 'busy' fails first, at a cost.")]
    [ToolCost(0.003)]
    public string Buy([Description("What.")] string text, ToolContext context)
    {
        if (context.Attempt == 1 && text.EndsWith("busy", StringComparison.Ordinal))
        {
            context.ReportCost(0.0004m);
            throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy.");
        }

        if (text.StartsWith("cheap", StringComparison.Ordinal))
        {
            context.ReportCost(0.0011m);
        }

        outside.Do($"buy {text}", context.IdempotencyKey, () => { });
        return text;
    }

    [Description("Uses the press, alone.")]
    [ExclusiveUse("press", LeaseSeconds = 4, WaitSeconds = 300)]
    public async Task<bool> Press([Description("What.")] string text, ToolContext context)
    {
        using var pressing = outside.Press();
        await Task.Yield();
        return outside.Stamp(context.FencingToken!.Value, $"{text} {context.IdempotencyKey}");
    }

    [Description("Writes a file.")]
    public async Task<string> WriteFile(
        [Description("Its path.")] string path, [Description("Its content.")] string content, ToolContext context, CancellationToken cancellationToken)
    {
        await context.Files.WriteAsync(path, Encoding.UTF8.GetBytes(content), cancellationToken);
        return path;
    }

    [Description("Deletes a file.")]
    public Task<bool> DeleteFile([Description("Its path.")] string path, ToolContext context, CancellationToken cancellationToken) =>
        context.Files.DeleteAsync(path, cancellationToken);

    [Description("Asks somebody who takes their time.")]
    public async Task<string> Ask([Description("What.")] string text, CancellationToken cancellationToken)
    {
        while (!outside.IsReleased)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        return text;
    }
}
