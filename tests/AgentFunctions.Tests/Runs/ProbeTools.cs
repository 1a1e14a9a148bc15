using System.Collections.Concurrent;
using System.ComponentModel;
using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>One attempt at a call of a tool.</summary>
public sealed record ProbedCall(string Tool, string Text, JsonNode? Value, ToolContext Context);

/// <summary>Records every attempt at a tool call, and does what its test says.</summary>
public sealed class Probe
{
    private readonly ConcurrentQueue<ProbedCall> attempts = new();
    private readonly Lock counting = new();
    private int running;

    /// <summary>What a tool does; by default it gives back what it was given.</summary>
    public Func<ProbedCall, CancellationToken, Task<JsonNode?>> Answer { get; set; } =
        (call, _) => Task.FromResult<JsonNode?>(call.Value?.DeepClone() ?? JsonValue.Create(call.Text));

    /// <summary>Most attempts that ran at the same time.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>The attempts, in the order of their start.</summary>
    public IReadOnlyList<ProbedCall> Attempts => [.. attempts];

    /// <summary>The texts that a tool was called with, in the order of the attempts' start.</summary>
    public IReadOnlyList<string> TextsOf(string tool) => [.. attempts.Where(call => call.Tool == tool).Select(call => call.Text)];

    /// <summary>Makes the tool answer by its text alone.</summary>
    public void Answers(Func<ProbedCall, JsonNode?> answer) => Answer = (call, _) => Task.FromResult(answer(call));

    internal async Task<JsonNode?> CallAsync(ProbedCall call, CancellationToken cancellationToken)
    {
        lock (counting)
        {
            attempts.Enqueue(call);
            MostAtOnce = Math.Max(MostAtOnce, ++running);
        }

        try
        {
            return await Answer(call, cancellationToken);
        }
        finally
        {
            lock (counting)
            {
                running--;
            }
        }
    }
}

/// <summary>The tools that the agents of these tests may be allowed to call.</summary>
public sealed class ProbeTools(Probe probe)
{
    [Description("Looks a text up.")]
    public Task<JsonNode?> LookUp([Description("The text.")] string text, ToolContext context, CancellationToken cancellationToken) =>
        probe.CallAsync(new ProbedCall("look_up", text, null, context), cancellationToken);

    [Description("Writes a text.")]
    public Task<JsonNode?> Write([Description("The text.")] string text, ToolContext context, CancellationToken cancellationToken) =>
        probe.CallAsync(new ProbedCall("write", text, null, context), cancellationToken);

    [Description("Keeps any value.")]
    public Task<JsonNode?> Keep([Description("The value.")] JsonNode? value, ToolContext context, CancellationToken cancellationToken) =>
        probe.CallAsync(new ProbedCall("keep", "", value, context), cancellationToken);

    [Description("Pays somebody, at a price of its own.")]
    [ToolCost(2.50)]
    public Task<JsonNode?> Pay([Description("Whom.")] string text, ToolContext context, CancellationToken cancellationToken) =>
        probe.CallAsync(new ProbedCall("pay", text, null, context), cancellationToken);

    [Description("Asks a service that bills each question.")]
    [ToolCost(0.0007)]
    public Task<JsonNode?> Ask([Description("The question.")] string text, ToolContext context, CancellationToken cancellationToken) =>
        probe.CallAsync(new ProbedCall("ask", text, null, context), cancellationToken);
}
