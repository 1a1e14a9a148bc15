using AgentFunctions.Local.Worker.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Hands an entity operation to the code that runs it.</summary>
public sealed class TaskEntityDispatcher
{
    private readonly IServiceProvider services;
    private readonly EntityInvocation invocation;

    internal TaskEntityDispatcher(EntityInvocation invocation, IServiceProvider services)
    {
        this.invocation = invocation;
        this.services = services;
    }

    /// <summary>Runs the operation on an entity.</summary>
    public Task DispatchAsync(ITaskEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return invocation.RunAsync(entity.RunAsync);
    }

    /// <summary>Runs the operation on an entity made with the invocation's services.</summary>
    /// <typeparam name="T">The entity's type.</typeparam>
    public Task DispatchAsync<T>()
        where T : ITaskEntity => DispatchAsync(ActivatorUtilities.GetServiceOrCreateInstance<T>(services));

    /// <summary>Runs the operation with a function.</summary>
    public Task DispatchAsync(Func<TaskEntityOperation, ValueTask<object?>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return invocation.RunAsync(handler);
    }
}
