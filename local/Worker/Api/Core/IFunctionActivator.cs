namespace Microsoft.Azure.Functions.Worker;

/// <summary>Creates the instances that functions run on.</summary>
public interface IFunctionActivator
{
    /// <summary>Creates an instance for one invocation.</summary>
    /// <param name="instanceType">The function's type.</param>
    /// <param name="context">The invocation.</param>
    object? CreateInstance(Type instanceType, FunctionContext context);
}
