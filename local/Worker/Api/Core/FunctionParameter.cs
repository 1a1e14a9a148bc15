using System.Collections.Immutable;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>A parameter of a function's method.</summary>
/// <param name="name">The parameter's name.</param>
/// <param name="type">The parameter's type.</param>
/// <param name="properties">What the host knows of the parameter besides.</param>
public class FunctionParameter(string name, Type type, IReadOnlyDictionary<string, object> properties)
{
    /// <summary>A parameter without further properties.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="type">The parameter's type.</param>
    public FunctionParameter(string name, Type type) : this(name, type, ImmutableDictionary<string, object>.Empty)
    {
    }

    /// <summary>The parameter's name.</summary>
    public string Name { get; } = name;

    /// <summary>The parameter's type.</summary>
    public Type Type { get; } = type;

    /// <summary>What the host knows of the parameter besides.</summary>
    public IReadOnlyDictionary<string, object> Properties { get; } = properties;
}
