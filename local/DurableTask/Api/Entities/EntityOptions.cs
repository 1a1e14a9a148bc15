namespace Microsoft.DurableTask.Entities;

/// <summary>How an entity is called.</summary>
public record CallEntityOptions;

/// <summary>How an entity is signalled.</summary>
public record SignalEntityOptions
{
    /// <summary>When the signal is delivered; at once when null.</summary>
    public DateTimeOffset? SignalTime { get; init; }

    /// <summary>A signal at a time.</summary>
    public static implicit operator SignalEntityOptions(DateTimeOffset value) => new() { SignalTime = value };
}
