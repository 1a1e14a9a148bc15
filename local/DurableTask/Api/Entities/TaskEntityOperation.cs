namespace Microsoft.DurableTask.Entities;

/// <summary>An operation for an entity to run.</summary>
public abstract class TaskEntityOperation
{
    /// <summary>The operation's name.</summary>
    public abstract string Name { get; }

    /// <summary>What the operation may do besides changing the state.</summary>
    public abstract TaskEntityContext Context { get; }

    /// <summary>The entity's state.</summary>
    public abstract TaskEntityState State { get; }

    /// <summary>Whether the caller gave an input.</summary>
    public abstract bool HasInput { get; }

    /// <summary>The input; null when there is none.</summary>
    public abstract object? GetInput(Type inputType);

    /// <summary>The input; the type's default when there is none.</summary>
    /// <typeparam name="T">The input's type.</typeparam>
    public virtual T? GetInput<T>() => (T?)(GetInput(typeof(T)) ?? default(T));
}

/// <summary>An entity's state.</summary>
public abstract class TaskEntityState
{
    /// <summary>Whether there is any.</summary>
    public abstract bool HasState { get; }

    /// <summary>The state, or a default when there is none.</summary>
    /// <typeparam name="T">The state's type.</typeparam>
    public virtual T? GetState<T>(T? defaultValue = default) => HasState ? (T?)GetState(typeof(T)) : defaultValue;

    /// <summary>The state; null when there is none.</summary>
    public abstract object? GetState(Type type);

    /// <summary>Sets the state; null deletes the entity.</summary>
    public abstract void SetState(object? state);
}

/// <summary>What an operation may do besides changing the state. Messages leave only when the operation succeeds.</summary>
public abstract class TaskEntityContext
{
    /// <summary>The entity's id.</summary>
    public abstract EntityInstanceId Id { get; }

    /// <summary>Signals an entity without an input.</summary>
    public virtual void SignalEntity(EntityInstanceId id, string operationName, SignalEntityOptions options) =>
        SignalEntity(id, operationName, null, options);

    /// <summary>Signals an entity.</summary>
    public abstract void SignalEntity(EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null);

    /// <summary>Starts an orchestration without input and returns its id.</summary>
    public virtual string ScheduleNewOrchestration(TaskName name, StartOrchestrationOptions options) =>
        ScheduleNewOrchestration(name, null, options);

    /// <summary>Starts an orchestration and returns its id.</summary>
    public abstract string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null);
}
