using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFunctions.Local.DurableTask.Entities;

/// <summary>Something that waits for an entity.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$")]
[JsonDerivedType(typeof(OperationRequest), "operation")]
[JsonDerivedType(typeof(LockRequest), "lock")]
[JsonDerivedType(typeof(UnlockRequest), "unlock")]
internal abstract record EntityMessage
{
    /// <summary>The lock under which it is sent, if any; while an entity is locked only the lock's messages are worked on.</summary>
    [JsonIgnore]
    public virtual string? Section => null;

    /// <summary>The message with something else in place of its payload.</summary>
    public virtual EntityMessage Map(Func<string?, string?> payload) => this;

    public string Encode() => JsonSerializer.Serialize(this);

    public static EntityMessage Decode(string data) => JsonSerializer.Deserialize<EntityMessage>(data)!;
}

/// <summary>An operation: a call when there is a caller, otherwise a signal.</summary>
internal sealed record OperationRequest(string Operation, string? Input, EntityCaller? Caller, string? LockId) : EntityMessage
{
    [JsonIgnore]
    public override string? Section => LockId;

    public override EntityMessage Map(Func<string?, string?> payload) => this with { Input = payload(Input) };
}

/// <summary>Asks for the lock of one entity after the other; <paramref name="Index"/> is the one that is asked now.</summary>
internal sealed record LockRequest(string LockId, IReadOnlyList<string> EntityIds, int Index, EntityCaller Caller) : EntityMessage;

internal sealed record UnlockRequest(string LockId) : EntityMessage
{
    [JsonIgnore]
    public override string? Section => LockId;
}

/// <summary>The orchestration's call that is answered.</summary>
internal sealed record EntityCaller(string InstanceId, string ExecutionId, int TaskId);
