using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentFunctions.Replay.Record;
using AgentFunctions.Storage;

namespace AgentFunctions.Replay;

/// <summary>Tells a replay as it goes: every prompt, answer, tool call and decision, in order.</summary>
/// <param name="recording">The record.</param>
/// <param name="output">Where to.</param>
internal sealed class Story(RunRecording recording, TextWriter output)
{
    private const int Shown = 160;

    /// <summary>Tells what was committed.</summary>
    public void Tell(RecordedCommit commit)
    {
        foreach (var entry in commit.Events)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{entry.Time:HH:mm:ss.fff} {entry.Id} {entry.Type} {entry.StepId} by {entry.Actor}{(entry.CostUsd > 0 ? $" for {entry.CostUsd} USD" : "")}{(entry.Policy is { } policy ? $" under {policy.Name}{(policy.Rule is null ? "" : $" ({policy.Rule})")}" : "")}"));
            foreach (var (word, text) in Contents(entry))
            {
                output.WriteLine($"    {word}: {Short(text)}");
            }
        }
    }

    private IEnumerable<(string Word, string Text)> Contents(AuditEvent entry)
    {
        switch (entry.Type)
        {
            case "model.call":
                var before = recording.Messages(entry.InputHash);
                yield return ("prompt", string.Join(" ", before[^1].Contents.Select(Text)));
                yield return ("answer", string.Join(" ", recording.Messages(entry.OutputHash).Skip(before.Count).SelectMany(message => message.Contents).Select(Text)));
                break;
            case "tool.call":
                yield return ((string?)entry.Data?["tool"] ?? "tool", Json(entry.InputHash));
                yield return ("result", Json(entry.OutputHash));
                break;
            case "approval.answered":
                yield return ("answer", Json(entry.OutputHash));
                break;
            default:
                if (entry.Reason is { } reason)
                {
                    yield return ("because", reason);
                }

                break;
        }
    }

    private static string Text(Microsoft.Extensions.AI.AIContent content) => content switch
    {
        Microsoft.Extensions.AI.TextContent text => text.Text,
        Microsoft.Extensions.AI.FunctionCallContent call => $"{call.Name}({JsonSerializer.Serialize(call.Arguments, AgentJson.Options)})",
        Microsoft.Extensions.AI.FunctionResultContent result => result.Result?.ToString() ?? "null",
        _ => content.GetType().Name,
    };

    private string Json(string? hash) => hash is null ? "null" : Encoding.UTF8.GetString(recording.Payload(hash));

    private static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= Shown ? line : $"{line.AsSpan(0, Shown)}…";
    }
}
