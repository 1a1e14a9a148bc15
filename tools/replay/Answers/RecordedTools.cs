using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Replay.Engine;
using AgentFunctions.Replay.Record;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Replay.Answers;

/// <summary>The tools of the record: no tool is called, each call ends as it ended then.</summary>
/// <param name="recording">The record.</param>
/// <param name="gate">Hears of calls that are not on record.</param>
public sealed class RecordedTools(RunRecording recording, CommitGate gate) : IToolCatalog
{
    private readonly Dictionary<string, RecordedTool> tools = recording.Catalogs
        .SelectMany(catalog => catalog.Tools)
        .GroupBy(tool => tool.Name, StringComparer.Ordinal)
        .ToDictionary(tool => tool.Key, tool => new RecordedTool(tool.Last()), StringComparer.Ordinal);

    /// <inheritdoc/>
    public AIFunction? Find(string name) => tools.GetValueOrDefault(name);

    /// <inheritdoc/>
    public IReadOnlyList<AIFunction> List() => [.. tools.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public decimal CostUsd(string name) => tools.GetValueOrDefault(name)?.CostUsd ?? 0m;

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate(string name, JsonObject arguments) => tools.TryGetValue(name, out var tool)
        ? ValueSchema.Read(tool.JsonSchema.GetRawText()).Validate(arguments)
        : [$"There is no tool '{name}'."];

    /// <inheritdoc/>
    public async Task<ToolResult> InvokeAsync(string name, JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var (branch, key) = (RunInstances.BranchOf(context.IdempotencyKey.Split('/', 2)[0]), context.IdempotencyKey.Split('/', 2)[1]);
        if (Find(context.RunId, FormattableString.Invariant($"{key}#a{context.Attempt}"), branch, "tool.attempt.failed") is { } failed)
        {
            context.ReportCost(failed.CostUsd);
            return Failed(failed.Reason ?? "", context.Attempt);
        }

        if (Find(context.RunId, key, branch, "tool.call") is not { } called)
        {
            return await gate.RefuseAsync<ToolResult>(context.RunId, branch, "tool.call", $"a call of '{name}' under '{key}', attempt {context.Attempt}", cancellationToken);
        }

        context.ReportCost(called.CostUsd);
        var result = recording.Payload<ToolResult>(called.OutputHash);

        // A transient failure that was not tried again was final then: the tool's circuit was open.
        return result.Failure is { } failure && ToolFailureException.IsTransient(failure.Kind) && context.Attempt < Activities.MaxAttempts
            ? result with { Failure = failure with { IsFinal = true } }
            : result;
    }

    /// <inheritdoc/>
    public bool IsCompensated(string name) => tools.GetValueOrDefault(name)?.IsCompensated == true;

    /// <inheritdoc/>
    public async Task<ToolResult> CompensateAsync(
        string name, JsonObject arguments, JsonNode? result, ToolContext context, CancellationToken cancellationToken)
    {
        var call = context.IdempotencyKey[..context.IdempotencyKey.LastIndexOf('/')];
        var made = recording.Commits.SelectMany(commit => commit.Events).FirstOrDefault(entry =>
            entry.RunId == context.RunId
            && entry.Type is "tool.compensated" or "tool.compensation.failed"
            && (string?)entry.Data?["idempotencyKey"] == call
            && (int?)entry.Data?["attempt"] == context.Attempt);
        if (made is null)
        {
            return await gate.RefuseAsync<ToolResult>(
                context.RunId, branch: null, "tool.compensated", $"the compensation of '{call}', attempt {context.Attempt}", cancellationToken);
        }

        context.ReportCost(made.CostUsd);
        return made.Type == "tool.compensated" ? ToolResult.Ok(null) : Failed(made.Reason ?? "", context.Attempt);
    }

    private AuditEvent? Find(string runId, string key, int branch, string type) =>
        recording.Find(runId, key, branch)?.Events.FirstOrDefault(entry => entry.Type == type);

    /// <summary>The reason of a failed attempt is <c>Kind: message</c>.</summary>
    private static ToolResult Failed(string reason, int attempt)
    {
        var parts = reason.Split(": ", 2);
        return Enum.TryParse<ToolFailureKind>(parts[0], out var kind)
            ? ToolResult.Failed(kind, parts.Length > 1 ? parts[1] : "", attempt)
            : throw new BadExportException($"A failed attempt has the reason '{reason}', which names no kind of failure.");
    }

    private sealed class RecordedTool(DeclaredTool declared) : AIFunction
    {
        public override string Name => declared.Name;

        public override string Description => declared.Description;

        public bool IsCompensated => declared.IsCompensated;

        public decimal CostUsd => declared.CostUsd;

        public override JsonElement JsonSchema { get; } = declared.Schema.Deserialize<JsonElement>();

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
            throw new NotSupportedException("A replay calls no tool.");
    }
}
