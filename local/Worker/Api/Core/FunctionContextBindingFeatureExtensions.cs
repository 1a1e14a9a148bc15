using AgentFunctions.Local.Worker.Invocation;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Access to an invocation's result.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>The invocation's result as a <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <exception cref="InvalidOperationException">The result is of another type.</exception>
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) =>
        new TypedInvocationResult<T>(LocalFunctionContext.Of(context));

    /// <summary>The invocation's result.</summary>
    /// <param name="context">The invocation.</param>
    public static InvocationResult GetInvocationResult(this FunctionContext context) =>
        new UntypedInvocationResult(LocalFunctionContext.Of(context));
}
