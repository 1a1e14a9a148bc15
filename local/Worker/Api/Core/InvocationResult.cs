namespace Microsoft.Azure.Functions.Worker;

/// <summary>What an invocation returns.</summary>
/// <typeparam name="T">The result's type.</typeparam>
public abstract class InvocationResult<T>
{
    /// <summary>The result; middleware may replace it.</summary>
    public abstract T? Value { get; set; }
}

/// <summary>What an invocation returns, untyped.</summary>
public abstract class InvocationResult : InvocationResult<object>;
