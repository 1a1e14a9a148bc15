namespace Microsoft.Azure.Functions.Worker;

/// <summary>A binding of a function.</summary>
public abstract class BindingMetadata
{
    /// <summary>The name of the bound parameter or output.</summary>
    public abstract string Name { get; }

    /// <summary>The binding's type, for example <c>httpTrigger</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Whether the binding is an input or an output.</summary>
    public abstract BindingDirection Direction { get; }
}

/// <summary>Whether a binding is an input or an output.</summary>
public enum BindingDirection
{
    /// <summary>An input, triggers included.</summary>
    In = 0,

    /// <summary>An output.</summary>
    Out = 1,
}
