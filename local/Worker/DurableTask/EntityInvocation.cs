using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.Worker.DurableTask;

/// <summary>One entity operation that an entity function is invoked for.</summary>
internal sealed class EntityInvocation(TaskEntityOperation operation)
{
    /// <summary>Whether the function dispatched the operation.</summary>
    public bool IsDispatched { get; private set; }

    public object? Result { get; private set; }

    public async Task RunAsync(Func<TaskEntityOperation, ValueTask<object?>> handler)
    {
        IsDispatched = true;
        Result = await handler(operation);
    }
}
