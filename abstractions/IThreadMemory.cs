using System.Text.Json.Nodes;

namespace AgentFunctions;

/// <summary>
/// The memory that all runs of a thread share: JSON values by key. Changes are made one at a time, and each of them once: a call that is
/// made again after a failure or a crash finds what its change has done.
/// </summary>
/// <remarks>
/// A version is a number that grows with every change of the thread's memory and is never used twice; 0 stands for a key that does not
/// exist. Every method throws <see cref="ToolFailureException"/>: of kind <see cref="ToolFailureKind.InvalidArguments"/> for a key that is
/// no id, for a value that is too large and for one that does not fit the operation, of kind <see cref="ToolFailureKind.Conflict"/> where
/// the key has another version than was asked for, and of kind <see cref="ToolFailureKind.Denied"/> where the run has ended or was rolled back.
/// </remarks>
public interface IThreadMemory
{
    /// <summary>The value of a key; version 0 and no value where it does not exist.</summary>
    /// <param name="key">1 to 64 of A-Z, a-z, 0-9, '.', '_', '-'.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<MemoryValue> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>The first 1000 keys that begin so and come after another, in ordinal order.</summary>
    /// <param name="prefix">What they begin with; empty for all.</param>
    /// <param name="after">The last key of the list before; empty for the first list.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<MemoryKey>> ListAsync(string prefix, string after, CancellationToken cancellationToken);

    /// <summary>Sets a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; not null.</param>
    /// <param name="ifVersion">Only where the key has this version, 0 for none; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The new version.</returns>
    Task<long> SetAsync(string key, JsonNode value, long? ifVersion, CancellationToken cancellationToken);

    /// <summary>Deletes a key; <see langword="false"/> where it did not exist.</summary>
    /// <param name="key">The key.</param>
    /// <param name="ifVersion">Only where the key has this version; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<bool> DeleteAsync(string key, long? ifVersion, CancellationToken cancellationToken);

    /// <summary>Adds to a number, exactly; a key that does not exist counts as 0.</summary>
    /// <param name="key">The key.</param>
    /// <param name="amount">What is added; may be negative.</param>
    /// <param name="ifVersion">Only where the key has this version; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The sum.</returns>
    Task<decimal> AddAsync(string key, decimal amount, long? ifVersion, CancellationToken cancellationToken);

    /// <summary>Appends an item to a list; a key that does not exist counts as an empty one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="item">The item; may be null.</param>
    /// <param name="ifVersion">Only where the key has this version; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>How many items the list has now.</returns>
    Task<int> AppendAsync(string key, JsonNode? item, long? ifVersion, CancellationToken cancellationToken);
}

/// <summary>A value with its version.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; <see langword="null"/> where the key does not exist.</param>
/// <param name="Version">Its version; 0 where the key does not exist.</param>
public sealed record MemoryValue(string Key, JsonNode? Value, long Version);

/// <summary>A key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Version">Its version.</param>
/// <param name="Bytes">Size of its value as JSON in UTF-8.</param>
public sealed record MemoryKey(string Key, long Version, long Bytes);
