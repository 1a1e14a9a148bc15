using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask.Client.Entities;

/// <summary>What is known of an entity.</summary>
/// <typeparam name="TState">The state's type.</typeparam>
public class EntityMetadata<TState>(EntityInstanceId id)
{
    private readonly TState? state;

    /// <summary>Tells of an entity and its state.</summary>
    public EntityMetadata(EntityInstanceId id, TState? state)
        : this(id)
    {
        IncludesState = state is not null;
        this.state = state;
    }

    /// <summary>The entity's id.</summary>
    public EntityInstanceId Id { get; } = id;

    /// <summary>When its state last changed.</summary>
    public DateTimeOffset LastModifiedTime { get; init; }

    /// <summary>How many operations wait.</summary>
    public int BacklogQueueSize { get; init; }

    /// <summary>The orchestration that holds its lock, if any.</summary>
    public string? LockedBy { get; init; }

    /// <summary>Whether the state is here.</summary>
    [MemberNotNullWhen(true, nameof(State))]
    [MemberNotNullWhen(true, nameof(state))]
    public bool IncludesState { get; }

    /// <summary>The state.</summary>
    /// <exception cref="InvalidOperationException">It is not here: it was not asked for, or there is none.</exception>
    public TState State => IncludesState ? state : throw new InvalidOperationException("The state is not included.");
}

/// <summary>What is known of an entity, its state serialized.</summary>
public sealed class EntityMetadata(EntityInstanceId id, SerializedData? state = null) : EntityMetadata<SerializedData>(id, state);

/// <summary>Which entities are listed.</summary>
public record EntityQuery
{
    /// <summary>How many entities a page has when nothing else is said.</summary>
    public const int DefaultPageSize = 100;

    private readonly string? instanceIdStartsWith;

    /// <summary>What ids begin with: a name, or <c>@name@</c> and the beginning of a key.</summary>
    public string? InstanceIdStartsWith
    {
        get => instanceIdStartsWith;
        init => instanceIdStartsWith = Normalized(value);
    }

    /// <summary>The earliest last change.</summary>
    public DateTimeOffset? LastModifiedFrom { get; init; }

    /// <summary>The latest last change.</summary>
    public DateTimeOffset? LastModifiedTo { get; init; }

    /// <summary>Whether states are fetched.</summary>
    public bool IncludeState { get; init; } = true;

    /// <summary>Whether entities without a state are listed.</summary>
    public bool IncludeTransient { get; init; }

    /// <summary>How many entities a page has.</summary>
    public int? PageSize { get; init; }

    /// <summary>Where to begin.</summary>
    public string? ContinuationToken { get; init; }

    private static string? Normalized(string? prefix)
    {
        if (prefix is null)
        {
            return null;
        }

        var withSign = prefix.StartsWith('@') ? prefix : $"@{prefix}";
        var keyStart = withSign.IndexOf('@', 1);
        return keyStart < 0 ? withSign.ToLowerInvariant() : withSign[..keyStart].ToLowerInvariant() + withSign[keyStart..];
    }
}
