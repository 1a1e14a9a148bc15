using System.ComponentModel;
using System.Text.Json.Nodes;

namespace AgentFunctions.Memory;

/// <summary>What a change of the memory came to.</summary>
/// <param name="Key">The key.</param>
/// <param name="Version">Its version after it.</param>
public sealed record MemorySetAnswer(string Key, long Version);

/// <summary>The sum after an addition.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The sum.</param>
public sealed record MemoryAddAnswer(string Key, decimal Value);

/// <summary>The list after something was appended.</summary>
/// <param name="Key">The key.</param>
/// <param name="Count">How many items it has.</param>
public sealed record MemoryAppendAnswer(string Key, int Count);

/// <summary>What was deleted.</summary>
/// <param name="Key">The key.</param>
/// <param name="Deleted">Whether it existed.</param>
public sealed record MemoryDeleteAnswer(string Key, bool Deleted);

/// <summary>Keys, in ordinal order.</summary>
/// <param name="Keys">The keys.</param>
public sealed record MemoryListAnswer(IReadOnlyList<MemoryKey> Keys);

/// <summary>The built-in tools by which agents work with the memory that all agents of a thread share.</summary>
public sealed class MemoryTools
{
    private const string KeyHelp = "The key: 1 to 64 of A-Z, a-z, 0-9, '.', '_', '-'.";
    private const string VersionHelp = "Only where the key still has this version, 0 for a key that must not exist yet; otherwise the call fails as conflict and tells the version.";

    /// <summary>Reads a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="context">Where the call stands.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Description("Reads a key of the memory that all agents of this case share: its value and version. Version 0 means that it does not exist.")]
    public Task<MemoryValue> MemoryGet([Description(KeyHelp)] string key, ToolContext context, CancellationToken cancellationToken) =>
        context.Memory.GetAsync(key, cancellationToken);

    /// <summary>Sets a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="ifVersion">The version that it must have.</param>
    /// <param name="context">Where the call stands.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Description("Sets a key of the shared memory.")]
    public async Task<MemorySetAnswer> MemorySet(
        [Description(KeyHelp)] string key,
        [Description("Any JSON but null.")] JsonNode? value,
        [Description(VersionHelp)] long? ifVersion = null,
        ToolContext? context = null,
        CancellationToken cancellationToken = default) =>
        new(key, await context!.Memory.SetAsync(key, value!, ifVersion, cancellationToken));

    /// <summary>Adds to a number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="amount">What is added.</param>
    /// <param name="ifVersion">The version that it must have.</param>
    /// <param name="context">Where the call stands.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Description("Adds to a number in the shared memory, so that no other agent's addition is lost. A key that does not exist counts as 0.")]
    public async Task<MemoryAddAnswer> MemoryAdd(
        [Description(KeyHelp)] string key,
        [Description("What is added; may be negative.")] decimal amount = 1,
        [Description(VersionHelp)] long? ifVersion = null,
        ToolContext? context = null,
        CancellationToken cancellationToken = default) =>
        new(key, await context!.Memory.AddAsync(key, amount, ifVersion, cancellationToken));

    /// <summary>Appends to a list.</summary>
    /// <param name="key">The key.</param>
    /// <param name="item">The item.</param>
    /// <param name="ifVersion">The version that it must have.</param>
    /// <param name="context">Where the call stands.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Description("Appends an item to a list in the shared memory, so that no other agent's item is lost. A key that does not exist counts as an empty list.")]
    public async Task<MemoryAppendAnswer> MemoryAppend(
        [Description(KeyHelp)] string key,
        [Description("Any JSON.")] JsonNode? item,
        [Description(VersionHelp)] long? ifVersion = null,
        ToolContext? context = null,
        CancellationToken cancellationToken = default) =>
        new(key, await context!.Memory.AppendAsync(key, item, ifVersion, cancellationToken));

    /// <summary>Deletes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="ifVersion">The version that it must have.</param>
    /// <param name="context">Where the call stands.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Description("Deletes a key of the shared memory.")]
    public async Task<MemoryDeleteAnswer> MemoryDelete(
        [Description(KeyHelp)] string key,
        [Description(VersionHelp)] long? ifVersion = null,
        ToolContext? context = null,
        CancellationToken cancellationToken = default) =>
        new(key, await context!.Memory.DeleteAsync(key, ifVersion, cancellationToken));

    /// <summary>Lists keys.</summary>
    /// <param name="prefix">What they begin with.</param>
    /// <param name="after">The last key of the list before.</param>
    /// <param name="context">Where the call stands.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Description("Lists keys of the shared memory with their versions, up to 1000, in order.")]
    public async Task<MemoryListAnswer> MemoryList(
        [Description("Only keys that begin so.")] string prefix = "",
        [Description("Only keys behind this one.")] string after = "",
        ToolContext? context = null,
        CancellationToken cancellationToken = default) =>
        new(await context!.Memory.ListAsync(prefix, after, cancellationToken));
}
