using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Memory;

/// <summary>A tool call that works with its thread's memory.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="Writer">The run and its branch.</param>
/// <param name="CallId">The call in its run, the same on every branch: what was remembered before a checkpoint is not done again after it.</param>
/// <param name="IdempotencyKey">The call's idempotency key.</param>
internal sealed record MemoryCaller(string ThreadId, FileWriter Writer, string CallId, string IdempotencyKey);

/// <summary>Shared memory as one tool call sees it.</summary>
/// <param name="caller">The call.</param>
/// <param name="memory">The memory.</param>
/// <param name="store">Its rows.</param>
/// <param name="client">The durable client.</param>
/// <param name="changed">Puts each change on record.</param>
internal sealed class CallMemory(
    MemoryCaller caller, SharedMemory memory, IMemoryStore store, DurableTaskClient client, Func<MemoryChange, MemoryOutcome, Task> changed) : IThreadMemory
{
    private const int ListedKeys = 1000;

    private readonly ConcurrentDictionary<string, int> made = new(StringComparer.Ordinal);

    public async Task<MemoryValue> GetAsync(string key, CancellationToken cancellationToken) =>
        await store.FindAsync(caller.ThreadId, Require(key), cancellationToken) is { } entry
            ? new MemoryValue(key, await memory.ValueAsync(entry, cancellationToken), entry.Version)
            : new MemoryValue(key, Value: null, Version: 0);

    public async Task<IReadOnlyList<MemoryKey>> ListAsync(string prefix, string after, CancellationToken cancellationToken) =>
    [
        .. (await store.ListAsync(caller.ThreadId, prefix, after, ListedKeys, cancellationToken))
            .Select(entry => new MemoryKey(entry.Key, entry.Version, entry.Bytes)),
    ];

    public async Task<long> SetAsync(string key, JsonNode value, long? ifVersion, CancellationToken cancellationToken) =>
        (await ChangeAsync(MemoryOperation.Set, key, NotNull(value), hasOperand: true, ifVersion, cancellationToken)).Version;

    public async Task<bool> DeleteAsync(string key, long? ifVersion, CancellationToken cancellationToken) =>
        (await ChangeAsync(MemoryOperation.Delete, key, operand: null, hasOperand: false, ifVersion, cancellationToken)).Existed;

    public async Task<decimal> AddAsync(string key, decimal amount, long? ifVersion, CancellationToken cancellationToken) =>
        (await ChangeAsync(MemoryOperation.Add, key, JsonValue.Create(amount), hasOperand: true, ifVersion, cancellationToken)).Sum!.Value;

    public async Task<int> AppendAsync(string key, JsonNode? item, long? ifVersion, CancellationToken cancellationToken) =>
        (await ChangeAsync(MemoryOperation.Append, key, item, hasOperand: true, ifVersion, cancellationToken)).Count!.Value;

    private async Task<MemoryOutcome> ChangeAsync(
        MemoryOperation operation, string key, JsonNode? operand, bool hasOperand, long? ifVersion, CancellationToken cancellationToken)
    {
        Require(key);
        if (hasOperand && memory.SizeProblem(key, operand) is { } tooLarge)
        {
            throw new ToolFailureException(ToolFailureKind.InvalidArguments, tooLarge);
        }

        var change = await memory.DraftAsync(caller.ThreadId, operation, key, operand, hasOperand, cancellationToken) with
        {
            IfVersion = ifVersion,
            By = caller.Writer.RunId,
            Writer = caller.Writer,
        };

        // One call may make the same change more than once, and mean it.
        var number = made.AddOrUpdate(change.Hash, 1, (_, count) => count + 1);
        var ordinal = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        change = change with { ChangeId = Identifiers.Derive("call", caller.CallId, change.Hash, ordinal) };
        var outcome = await SharedMemory.ChangeAsync(
            client, change, Identifiers.Derive("memory", caller.IdempotencyKey, change.Hash, ordinal), cancellationToken);
        return outcome.Status switch
        {
            MemoryStatus.Ok => await ToldAsync(change, outcome),
            MemoryStatus.Conflict => throw new ToolFailureException(ToolFailureKind.Conflict, outcome.Problem!),
            MemoryStatus.Gone => throw new ToolFailureException(ToolFailureKind.Denied, outcome.Problem!),
            MemoryStatus.Unfit or MemoryStatus.TooLarge or MemoryStatus.Reused =>
                throw new ToolFailureException(ToolFailureKind.InvalidArguments, outcome.Problem!),
            _ => throw new InvalidOperationException($"Unknown status '{outcome.Status}'."),
        };
    }

    private async Task<MemoryOutcome> ToldAsync(MemoryChange change, MemoryOutcome outcome)
    {
        await changed(change, outcome);
        return outcome;
    }

    private static string Require(string key) => Identifiers.IsValid(key)
        ? key
        : throw new ToolFailureException(ToolFailureKind.InvalidArguments, $"A key is {Identifiers.Rule}.");

    private static JsonNode NotNull(JsonNode? value) => value is not null && value.GetValueKind() != JsonValueKind.Null
        ? value
        : throw new ToolFailureException(ToolFailureKind.InvalidArguments, "A value is not null; delete the key instead.");
}
