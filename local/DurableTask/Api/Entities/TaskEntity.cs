using AgentFunctions.Local.DurableTask.Entities;

namespace Microsoft.DurableTask.Entities;

/// <summary>Something that runs the operations of an entity.</summary>
public interface ITaskEntity
{
    /// <summary>Runs an operation and returns its result.</summary>
    ValueTask<object?> RunAsync(TaskEntityOperation operation);
}

/// <summary>An entity whose operations are its public methods and whose state is of one type.</summary>
/// <typeparam name="TState">The state's type.</typeparam>
public abstract class TaskEntity<TState> : ITaskEntity
{
    /// <summary>Whether operations without a method here are looked for on the state.</summary>
    protected virtual bool AllowStateDispatch => false;

    /// <summary>The entity's state.</summary>
    protected TState State { get; set; } = default!;

    /// <summary>What the operation may do besides changing the state.</summary>
    protected TaskEntityContext Context { get; private set; } = null!;

    /// <summary>Runs an operation: the method of its name; <c>delete</c> without a method deletes the entity.</summary>
    /// <exception cref="NotSupportedException">There is no such operation.</exception>
    public async ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        Context = operation.Context;
        State = operation.State.GetState(typeof(TState)) is { } state ? (TState)state : InitializeState(operation);
        var call = EntityMethods.Find(this, operation);
        if (call is null && AllowStateDispatch)
        {
            call = EntityMethods.Find(
                State ?? throw new InvalidOperationException($"Entity {operation.Context.Id} has no state to dispatch to."), operation);
        }

        if (call is not null)
        {
            var result = await call();
            operation.State.SetState(State);
            return result;
        }

        if (operation.Name.Equals("delete", StringComparison.OrdinalIgnoreCase))
        {
            operation.State.SetState(null);
            return null;
        }

        throw new NotSupportedException($"There is no method for entity operation '{operation.Name}'.");
    }

    /// <summary>The state of an entity that has none yet.</summary>
    protected virtual TState InitializeState(TaskEntityOperation entityOperation) =>
        (TState)Activator.CreateInstance(Nullable.GetUnderlyingType(typeof(TState)) ?? typeof(TState))!;
}
