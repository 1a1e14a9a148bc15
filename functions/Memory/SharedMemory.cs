using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Memory;

/// <summary>Reads shared memory, and has it changed.</summary>
/// <param name="blobs">Large values.</param>
/// <param name="settings">How large memory may be.</param>
public sealed class SharedMemory(IBlobStore blobs, MemorySettings settings)
{
    /// <summary>The value of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<JsonNode> ValueAsync(MemoryEntry entry, CancellationToken cancellationToken) =>
        (entry.Value is { } json ? JsonNode.Parse(json) : await blobs.GetNodeAsync(entry.Sha256, cancellationToken))!;

    /// <summary>A change to be asked for; what is too large to be carried along goes to the blob store.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="operation">What is to be done.</param>
    /// <param name="key">The key.</param>
    /// <param name="operand">The value, amount or item.</param>
    /// <param name="hasOperand">Whether there is one; an item may be null.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task<MemoryChange> DraftAsync(
        string threadId, MemoryOperation operation, string key, JsonNode? operand, bool hasOperand, CancellationToken cancellationToken)
    {
        var json = hasOperand ? JsonSerializer.SerializeToUtf8Bytes(operand, AgentJson.Options) : null;
        var isLarge = json?.Length > MemoryWriter.InlineBytes;
        return new MemoryChange(
            threadId,
            ChangeId: "",
            operation,
            key,
            json is null || isLarge ? null : Encoding.UTF8.GetString(json),
            isLarge && json!.Length <= settings.MaxValueBytes ? await blobs.PutAsync(json, cancellationToken) : null,
            IfVersion: null,
            By: "",
            Writer: null);
    }

    /// <summary>Why a value is refused for its size alone; <see langword="null"/> where it is not.</summary>
    /// <param name="key">The key.</param>
    /// <param name="operand">The value or item.</param>
    public string? SizeProblem(string key, JsonNode? operand) =>
        JsonSerializer.SerializeToUtf8Bytes(operand, AgentJson.Options).Length is var bytes && bytes > settings.MaxValueBytes
            ? FormattableString.Invariant($"The value of '{key}' would have {bytes} bytes, and the most is {settings.MaxValueBytes}.")
            : null;

    /// <summary>Has a change made, once for its instance id, and waits until it is.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="change">The change.</param>
    /// <param name="instanceId">Instance id of the orchestration that makes it: the same when its call is made again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">It could not be made; nothing was changed.</exception>
    internal static async Task<MemoryOutcome> ChangeAsync(
        DurableTaskClient client, MemoryChange change, string instanceId, CancellationToken cancellationToken)
    {
        await client.StartOnceAsync(
            nameof(MemoryOrchestrations.ChangeMemory),
            instanceId,
            change,
            isInTheWay: made => made.RuntimeStatus is not (OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated),
            cancellationToken);
        var done = await client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
        return done is { RuntimeStatus: OrchestrationRuntimeStatus.Completed }
            ? done.ReadInputAs<MemoryChange>()?.Hash == change.Hash
                ? done.ReadOutputAs<MemoryOutcome>()!
                : new MemoryOutcome(MemoryStatus.Reused, 0, 0) { Problem = "The idempotency key was used for another change." }
            : throw new InvalidOperationException($"The change of the memory ended as {done.RuntimeStatus}: {done.FailureDetails?.ErrorMessage}");
    }
}
