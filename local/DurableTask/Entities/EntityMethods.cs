using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.DurableTask.Entities;

/// <summary>Finds the method that runs an entity operation.</summary>
internal static class EntityMethods
{
    private const BindingFlags Operations = BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase;

    /// <summary>The call that runs the operation on the target, or null when it has no such method.</summary>
    /// <exception cref="InvalidOperationException">The method asks for what the operation does not have.</exception>
    public static Func<ValueTask<object?>>? Find(object target, TaskEntityOperation operation)
    {
        if (target.GetType().GetMethod(operation.Name, Operations) is not { } method || method.DeclaringType == typeof(object))
        {
            return null;
        }

        var arguments = Arguments(method, operation);
        return () => Invoke(target, method, arguments);
    }

    private static object?[] Arguments(MethodInfo method, TaskEntityOperation operation)
    {
        var parameters = method.GetParameters();
        if (parameters.Count(parameter => parameter.ParameterType != typeof(TaskEntityContext)) > 1)
        {
            throw new InvalidOperationException($"'{method}' has more than one parameter for the input of '{operation.Name}'.");
        }

        return [.. parameters.Select(parameter => Argument(method, parameter, operation))];
    }

    private static object? Argument(MethodInfo method, ParameterInfo parameter, TaskEntityOperation operation) => parameter switch
    {
        _ when parameter.ParameterType == typeof(TaskEntityContext) => operation.Context,
        _ when operation.HasInput => operation.GetInput(parameter.ParameterType),
        { HasDefaultValue: true } => parameter.DefaultValue,
        _ => throw new InvalidOperationException($"Operation '{operation.Name}' has no input, and '{method}' needs one."),
    };

    private static async ValueTask<object?> Invoke(object target, MethodInfo method, object?[] arguments)
    {
        object? returned;
        try
        {
            returned = method.Invoke(target, arguments);
        }
        catch (TargetInvocationException error) when (error.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }

        return returned switch
        {
            Task task => await ResultOf(task),
            ValueTask task => await ResultOf(task.AsTask()),
            { } value when IsValueTask(value.GetType()) => await ResultOf(
                (Task)value.GetType().GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(value, null)!),
            _ => returned,
        };
    }

    private static bool IsValueTask(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>);

    private static async Task<object?> ResultOf(Task task)
    {
        await task;
        for (var type = task.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            {
                var result = type.GetProperty(nameof(Task<int>.Result))!.GetValue(task);
                return result?.GetType().FullName == "System.Threading.Tasks.VoidTaskResult" ? null : result;
            }
        }

        return null;
    }
}
