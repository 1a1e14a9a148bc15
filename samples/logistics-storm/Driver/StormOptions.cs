namespace LogisticsStorm.Driver;

/// <summary>What the user asks for.</summary>
/// <param name="Requests">Replanning requests that are sent within a second.</param>
/// <param name="Seed">Which storm it is, and which carriers fail.</param>
/// <param name="Data">The folder in which each storm gets one of its own.</param>
/// <param name="Json">Whether the last line of stdout is a JSON object, and nothing is drawn.</param>
/// <param name="CrashAfter">Ends the host by SIGKILL once so many runs have been settled; 0 leaves it alone.</param>
/// <param name="AtOnce">Most runs that are at work at the same time.</param>
/// <param name="ModelCalls">Most calls that the model takes at the same time: the limit of its deployment.</param>
/// <param name="HeapMb">Most MB that the host's garbage-collected heap may take: a host that leaked would not come through a long storm.</param>
/// <param name="ModelLatencyMs">How long the simulated model takes for an answer, in milliseconds.</param>
/// <param name="Verbose">Whether the host's log goes to stderr.</param>
internal sealed record StormOptions(int Requests, int Seed, string Data, bool Json, int CrashAfter, int AtOnce, int ModelCalls, int HeapMb, int ModelLatencyMs, bool Verbose)
{
    /// <summary>The default of <see cref="AtOnce"/>.</summary>
    public const int DefaultAtOnce = 24;

    /// <summary>The default of <see cref="ModelCalls"/>: less than runs are at work, so that some have to wait for their turn.</summary>
    public const int DefaultModelCalls = 8;

    /// <summary>The default of <see cref="HeapMb"/>.</summary>
    public const int DefaultHeapMb = 288;

    /// <summary>The default of <see cref="ModelLatencyMs"/>.</summary>
    public const int DefaultModelLatencyMs = 100;
}
