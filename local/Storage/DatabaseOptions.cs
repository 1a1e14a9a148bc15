namespace AgentFunctions.Local.Storage;

internal sealed record DatabaseOptions
{
    /// <summary>Longer texts, in characters, are kept apart from the rows that refer to them.</summary>
    public int LongestInlineText { get; init; } = 64 * 1024;
}
