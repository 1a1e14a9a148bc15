using System.Reflection;

namespace AgentFunctions.Local.Worker.Invocation;

/// <summary>Calls a function's method and awaits what it returns, whatever kind of task that is.</summary>
internal sealed class MethodCall
{
    private static readonly MethodInfo OfTaskMethod = Generic(nameof(OfTaskAsync));
    private static readonly MethodInfo OfValueTaskMethod = Generic(nameof(OfValueTaskAsync));

    private readonly MethodInvoker invoker;
    private readonly Func<object?, ValueTask<object?>> awaitResult;

    public MethodCall(MethodInfo method)
    {
        invoker = MethodInvoker.Create(method);
        awaitResult = AwaiterOf(method.ReturnType);
    }

    public ValueTask<object?> InvokeAsync(object? instance, object?[] arguments) => awaitResult(invoker.Invoke(instance, arguments.AsSpan()));

    private static MethodInfo Generic(string name) => typeof(MethodCall).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static Func<object?, ValueTask<object?>> AwaiterOf(Type type) => type switch
    {
        _ when type == typeof(Task) => async result =>
        {
            await (Task)result!;
            return null;
        },
        _ when type == typeof(ValueTask) => async result =>
        {
            await (ValueTask)result!;
            return null;
        },
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(Task<>) => Typed(OfTaskMethod, type),
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(ValueTask<>) => Typed(OfValueTaskMethod, type),
        _ => ValueTask.FromResult,
    };

    private static Func<object?, ValueTask<object?>> Typed(MethodInfo method, Type type) =>
        method.MakeGenericMethod(type.GetGenericArguments()).CreateDelegate<Func<object?, ValueTask<object?>>>();

    private static async ValueTask<object?> OfTaskAsync<T>(object? result) => await (Task<T>)result!;

    private static async ValueTask<object?> OfValueTaskAsync<T>(object? result) => await (ValueTask<T>)result!;
}
