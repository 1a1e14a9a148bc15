namespace Microsoft.DurableTask;

/// <summary>How an orchestration starts anew.</summary>
public class ContinueAsNewOptions
{
    /// <summary>The new input.</summary>
    public object? NewInput { get; set; }

    /// <summary>Whether events that arrived and were not waited for are kept; they are by default.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;

    /// <summary>The version of the new execution; the one it has when null or blank.</summary>
    public string? NewVersion { get; set; }
}
