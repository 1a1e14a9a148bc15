using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Local.Worker.Invocation;

internal sealed class UntypedInvocationResult(LocalFunctionContext context) : InvocationResult
{
    public override object? Value
    {
        get => context.Result;
        set => context.Result = value;
    }
}

internal sealed class TypedInvocationResult<T> : InvocationResult<T>
{
    private readonly LocalFunctionContext context;

    public TypedInvocationResult(LocalFunctionContext context)
    {
        if (context.Result is not (null or T))
        {
            throw new InvalidOperationException(
                $"The result of '{context.FunctionDefinition.Name}' is a {context.Result.GetType()}, not a {typeof(T)}.");
        }

        this.context = context;
    }

    public override T? Value
    {
        get => (T?)context.Result;
        set => context.Result = value;
    }
}
