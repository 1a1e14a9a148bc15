namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a trigger tells besides its value.</summary>
public abstract class BindingContext
{
    /// <summary>The values by name.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
