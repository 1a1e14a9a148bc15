namespace AgentFunctions.Local.DurableTask.Orchestrations;

internal static class Versions
{
    /// <summary>Compares two versions of orchestrations; none is less than any.</summary>
    public static int Compare(string? one, string? other) => (string.IsNullOrWhiteSpace(one), string.IsNullOrWhiteSpace(other)) switch
    {
        (true, true) => 0,
        (true, false) => -1,
        (false, true) => 1,
        _ when Version.TryParse(one, out var left) && Version.TryParse(other, out var right) => left.CompareTo(right),
        _ => string.Compare(one, other, StringComparison.OrdinalIgnoreCase),
    };
}
