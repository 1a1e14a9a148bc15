using System.Runtime.ExceptionServices;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.Worker.DurableTask;

/// <summary>One entity operation that an entity function is invoked for.</summary>
internal sealed class EntityInvocation(TaskEntityOperation operation)
{
    private bool isDispatched;
    private object? result;
    private ExceptionDispatchInfo? failure;

    /// <summary>Runs the operation. What it throws is its outcome and not the function's.</summary>
    public async Task RunAsync(Func<TaskEntityOperation, ValueTask<object?>> handler)
    {
        isDispatched = true;
        try
        {
            result = await handler(operation);
        }
        catch (Exception error)
        {
            failure = ExceptionDispatchInfo.Capture(error);
        }
    }

    /// <summary>What the operation returned.</summary>
    /// <exception cref="Exception">What it threw.</exception>
    public object? Result(string function)
    {
        failure?.Throw();
        return isDispatched
            ? result
            : throw new InvalidOperationException($"The entity function '{function}' did not dispatch the operation '{operation.Name}'.");
    }
}
