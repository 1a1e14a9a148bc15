namespace Microsoft.Azure.Functions.Worker;

/// <summary>One invocation of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>A new id for every invocation.</summary>
    public abstract string InvocationId { get; }

    /// <summary>The function's id, the same for all its invocations.</summary>
    public abstract string FunctionId { get; }

    /// <summary>The W3C trace context of the invocation.</summary>
    public abstract TraceContext TraceContext { get; }

    /// <summary>What the trigger tells besides its value: route values, message properties, the instance id.</summary>
    public abstract BindingContext BindingContext { get; }

    /// <summary>How often this invocation has been retried by the host.</summary>
    public abstract RetryContext RetryContext { get; }

    /// <summary>The services of this invocation's own scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>The function that runs.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>Values that middleware shares within the invocation.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>Typed features of the invocation.</summary>
    public abstract IInvocationFeatures Features { get; }

    /// <summary>Cancelled when the host stops, when the function's time is up, or when the HTTP caller goes away.</summary>
    public virtual CancellationToken CancellationToken { get; }
}
