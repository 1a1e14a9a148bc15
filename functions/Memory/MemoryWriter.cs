using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;

namespace AgentFunctions.Memory;

/// <summary>Makes changes of shared memory. One caller at a time for each thread: its <see cref="MemoryEntity"/>.</summary>
/// <param name="store">The memory.</param>
/// <param name="blobs">Large values.</param>
/// <param name="settings">How large memory may be.</param>
/// <param name="time">The clock.</param>
public sealed class MemoryWriter(IMemoryStore store, IBlobStore blobs, MemorySettings settings, TimeProvider time)
{
    /// <summary>Values up to so many bytes lie in the row of their key, larger ones in the blob store.</summary>
    public const int InlineBytes = 2048;

    /// <summary>Makes a change, once for its id.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<MemoryOutcome> ApplyAsync(MemoryChange change, CancellationToken cancellationToken)
    {
        var operand = await ReadAsync(change.Operand, change.OperandHash, cancellationToken);
        while (true)
        {
            if (await store.FindChangeAsync(change.ThreadId, change.ChangeId, cancellationToken) is { } done)
            {
                return done.Hash == change.Hash
                    ? done.Outcome
                    : new MemoryOutcome(MemoryStatus.Reused, 0, 0) { Problem = "The idempotency key was used for another change." };
            }

            // A rollback may return the memory to what it was in between; then the change is worked out anew, or its run is gone.
            if (await TryApplyAsync(change, operand?.DeepClone(), cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }
    }

    private async Task<MemoryOutcome?> TryApplyAsync(MemoryChange change, JsonNode? operand, CancellationToken cancellationToken)
    {
        var head = await store.HeadAsync(change.ThreadId, cancellationToken);
        var before = await store.FindAsync(change.ThreadId, change.Key, cancellationToken);
        var value = before is null ? null : await ReadAsync(before.Value, before.Sha256, cancellationToken);
        var turn = MemoryRules.Apply(head, before, value, change, operand, settings);
        if (turn.Head is not { } after)
        {
            return turn.Outcome;
        }

        var now = time.GetUtcNow();
        var entry = turn.Json is null ? null : await EntryAsync(change, turn.Json, after.Revision, now, cancellationToken);
        var outcome = turn.Outcome with { Sha256 = entry?.Sha256, At = now };
        var branch = change.Writer is { Branch: > 0 } writer ? writer.Branch : (int?)null;
        var changed = new MemoryChanged(
            change.ChangeId, change.Hash, change.Operation, change.Key, change.By, now, branch, before?.Sha256, outcome);
        try
        {
            return await store.CommitAsync(
                new MemoryCommit(change.ThreadId, head.Revision, entry, after, changed, change.Writer), cancellationToken)
                    ? outcome
                    : null;
        }
        catch (FileWriterGoneException gone)
        {
            return new MemoryOutcome(MemoryStatus.Gone, before?.Version ?? 0, 0) { Problem = gone.Message };
        }
    }

    private async Task<MemoryEntry> EntryAsync(
        MemoryChange change, byte[] json, long revision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isInline = json.Length <= InlineBytes;
        var hash = isInline ? Convert.ToHexStringLower(SHA256.HashData(json)) : await blobs.PutAsync(json, cancellationToken);
        return new MemoryEntry(change.Key, revision, json.Length, hash, isInline ? Encoding.UTF8.GetString(json) : null, now, change.By);
    }

    private async Task<JsonNode?> ReadAsync(string? json, string? hash, CancellationToken cancellationToken) =>
        json is null ? await blobs.GetNodeAsync(hash, cancellationToken) : JsonNode.Parse(json);
}
