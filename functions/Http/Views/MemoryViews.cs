using System.Text.Json.Nodes;
using AgentFunctions.Memory;
using AgentFunctions.Storage;

namespace AgentFunctions.Http.Views;

/// <summary>A key of a thread's shared memory.</summary>
/// <param name="Key">The key.</param>
/// <param name="Version">Its version; also the ETag.</param>
/// <param name="Bytes">Size of its value as JSON in UTF-8.</param>
/// <param name="Sha256">Content hash of those bytes.</param>
/// <param name="UpdatedAt">UTC.</param>
/// <param name="UpdatedBy">The run, or who called the API.</param>
/// <param name="Value">The value; missing in lists.</param>
public sealed record MemoryView(
    string Key, long Version, long Bytes, string Sha256, DateTimeOffset UpdatedAt, string UpdatedBy, JsonNode? Value = null)
{
    internal static MemoryView Of(MemoryEntry entry, JsonNode? value = null) =>
        new(entry.Key, entry.Version, entry.Bytes, entry.Sha256, entry.UpdatedAt, entry.UpdatedBy, value);
}

/// <summary>A page of keys, in ordinal order.</summary>
/// <param name="Revision">The number of the newest change.</param>
/// <param name="TotalKeys">How many keys the thread has.</param>
/// <param name="TotalBytes">Size of all values.</param>
/// <param name="Keys">The keys.</param>
/// <param name="Cursor">To be sent for the next page; missing on the last one.</param>
public sealed record MemoryList(long Revision, int TotalKeys, long TotalBytes, IReadOnlyList<MemoryView> Keys, string? Cursor);

/// <summary>A change of a thread's shared memory.</summary>
/// <param name="Revision">Its number in the thread.</param>
/// <param name="Operation">What was done.</param>
/// <param name="Key">The key.</param>
/// <param name="By">The run, or who called the API.</param>
/// <param name="At">UTC.</param>
/// <param name="Branch">The branch of the run; missing on the first one.</param>
/// <param name="BeforeSha256">Content hash of the value before it; missing where the key did not exist.</param>
/// <param name="AfterSha256">Content hash of the value after it; missing where the key was deleted.</param>
/// <param name="Undone">Whether a rollback has undone it.</param>
public sealed record MemoryChangeView(
    long Revision,
    MemoryOperation Operation,
    string Key,
    string By,
    DateTimeOffset At,
    int? Branch,
    string? BeforeSha256,
    string? AfterSha256,
    bool Undone)
{
    internal static MemoryChangeView Of(MemoryChanged change) => new(
        change.Outcome.Revision,
        change.Operation,
        change.Key,
        change.By,
        change.At,
        change.Branch,
        change.BeforeSha256,
        change.Outcome.Sha256,
        change.IsUndone);
}

/// <summary>A page of changes, in their order.</summary>
/// <param name="Changes">The changes.</param>
/// <param name="Cursor">To be sent for the next page; missing on the last one.</param>
public sealed record MemoryChangeList(IReadOnlyList<MemoryChangeView> Changes, string? Cursor);
