using System.Globalization;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Memory;

/// <summary>The entity that makes the changes of a thread's shared memory, one at a time.</summary>
public static class MemoryEntity
{
    /// <summary>The entity's name.</summary>
    public const string Name = "Memory";

    /// <summary>Makes a change. Input: <see cref="MemoryChange"/>. Returns <see cref="MemoryOutcome"/>. Once for each change id.</summary>
    public const string Change = nameof(Change);

    /// <summary>The entity of a thread.</summary>
    /// <param name="threadId">The thread.</param>
    public static EntityInstanceId For(string threadId) => new(Name, threadId);
}

/// <summary>What can be done to a key.</summary>
public enum MemoryOperation
{
    /// <summary>Gives it a value.</summary>
    Set,

    /// <summary>Takes it away.</summary>
    Delete,

    /// <summary>Adds to its number.</summary>
    Add,

    /// <summary>Appends to its list.</summary>
    Append,
}

/// <summary>A change that is asked for.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="ChangeId">The same when its call is made again.</param>
/// <param name="Operation">What is to be done.</param>
/// <param name="Key">The key.</param>
/// <param name="Operand">The JSON of the value, amount or item; <see langword="null"/> where it is large, or there is none.</param>
/// <param name="OperandHash">Content hash of that JSON where it is large: it lies in the blob store.</param>
/// <param name="IfVersion">Only where the key has this version, 0 for none; <see langword="null"/> for any.</param>
/// <param name="By">The run, or who called the API.</param>
/// <param name="Writer">The run for which it is made; <see langword="null"/> for the API.</param>
public sealed record MemoryChange(
    string ThreadId,
    string ChangeId,
    MemoryOperation Operation,
    string Key,
    string? Operand,
    string? OperandHash,
    long? IfVersion,
    string By,
    FileWriter? Writer)
{
    /// <summary>Hash of what is asked for, whoever asks.</summary>
    public string Hash => Identifiers.Derive("change", Operation.ToString(), Key, Operand ?? OperandHash ?? "", IfVersion?.ToString(CultureInfo.InvariantCulture) ?? "");
}

/// <summary>How a change ended.</summary>
public enum MemoryStatus
{
    /// <summary>It was made.</summary>
    Ok,

    /// <summary>The key has another version than was asked for.</summary>
    Conflict,

    /// <summary>The change does not fit the value that the key has.</summary>
    Unfit,

    /// <summary>The value, or the thread's memory, would be too large.</summary>
    TooLarge,

    /// <summary>The run has ended or was rolled back.</summary>
    Gone,

    /// <summary>The change id stands for another change.</summary>
    Reused,
}

/// <summary>What a change came to.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Version">The key's version after it; of a conflict the one that it has; 0 where the key does not exist.</param>
/// <param name="Revision">The memory's revision after it; 0 where nothing was changed.</param>
public sealed record MemoryOutcome(MemoryStatus Status, long Version, long Revision)
{
    /// <summary>What was wrong, one sentence.</summary>
    public string? Problem { get; init; }

    /// <summary>UTC time of the change; <see langword="null"/> where there was none.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Whether the key existed before.</summary>
    public bool Existed { get; init; }

    /// <summary>The sum after an addition.</summary>
    public decimal? Sum { get; init; }

    /// <summary>How many items the list has after something was appended.</summary>
    public int? Count { get; init; }

    /// <summary>Size of the value after it, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Content hash of the value after it.</summary>
    public string? Sha256 { get; init; }
}
