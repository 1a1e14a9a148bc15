using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.DurableTask.Entities;

/// <summary>An entity's state, serialized; an operation's changes stay only when it succeeds.</summary>
internal sealed class LocalEntityState(DataConverter converter, string? state) : TaskEntityState
{
    public string? Serialized { get; private set; } = state;

    public override bool HasState => Serialized is not null;

    public override object? GetState(Type type) => converter.Deserialize(Serialized, type);

    public override void SetState(object? state) => Serialized = converter.Serialize(state);
}
