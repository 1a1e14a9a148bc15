using System.ComponentModel;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>Tools that change the thread's files and its memory, and one with an effect elsewhere that can be undone.</summary>
public sealed class WorkshopTools(Probe probe)
{
    [Description("Writes a file.")]
    public async Task<JsonNode?> WriteFile(
        [Description("Its path.")] string path, [Description("Its content.")] string content, ToolContext context, CancellationToken cancellationToken)
    {
        var answer = await probe.CallAsync(new ProbedCall("write_file", path, content, context), cancellationToken);
        await context.Files.WriteAsync(path, Encoding.UTF8.GetBytes(content), cancellationToken);
        return answer;
    }

    [Description("Deletes a file.")]
    public async Task<bool> DeleteFile([Description("Its path.")] string path, ToolContext context, CancellationToken cancellationToken)
    {
        await probe.CallAsync(new ProbedCall("delete_file", path, null, context), cancellationToken);
        return await context.Files.DeleteAsync(path, cancellationToken);
    }

    [Description("Checks whether a file holds a text.")]
    public async Task<bool> CheckFile(
        [Description("Its path.")] string path, [Description("The text.")] string holds, ToolContext context, CancellationToken cancellationToken)
    {
        await probe.CallAsync(new ProbedCall("check_file", path, holds, context), cancellationToken);
        return await context.Files.ReadAsync(path, cancellationToken) is { } content
            && Encoding.UTF8.GetString(content).Contains(holds, StringComparison.Ordinal)
                ? true
                : throw new ToolFailureException(ToolFailureKind.NotFound, $"'{path}' does not hold '{holds}'.");
    }

    [Description("Counts in the shared memory.")]
    public async Task<decimal> Tally([Description("The key.")] string text, ToolContext context, CancellationToken cancellationToken)
    {
        var sum = await context.Memory.AddAsync(text, 1, ifVersion: null, cancellationToken);
        await probe.CallAsync(new ProbedCall("tally", text, sum, context), cancellationToken);
        return sum;
    }

    [Description("Works on a machine, alone.")]
    [ExclusiveUse("machine-{machine}", LeaseSeconds = 60, WaitSeconds = 60)]
    public Task<JsonNode?> Work(
        [Description("The machine.")] string machine, [Description("What.")] string text, ToolContext context, CancellationToken cancellationToken) =>
        probe.CallAsync(new ProbedCall("work", $"{machine} {text}", context.FencingToken, context), cancellationToken);

    [Description("Works on a machine, alone, and in a hurry.")]
    [ExclusiveUse("machine-{machine}", LeaseSeconds = 2, WaitSeconds = 1)]
    public Task<JsonNode?> Hurry([Description("The machine.")] string machine, ToolContext context, CancellationToken cancellationToken) =>
        probe.CallAsync(new ProbedCall("hurry", machine, context.FencingToken, context), cancellationToken);

    [Description("Books something elsewhere.")]
    [CompensatedBy(nameof(Unbook))]
    public Task<JsonNode?> Book([Description("What.")] string text, ToolContext context, CancellationToken cancellationToken) =>
        probe.CallAsync(new ProbedCall("book", text, null, context), cancellationToken);

    public Task<JsonNode?> Unbook(string text, JsonNode? result, ToolContext context, CancellationToken cancellationToken) =>
        probe.CallAsync(new ProbedCall("unbook", text, result, context), cancellationToken);
}
