namespace LegalAudit.Driver;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    public const int Completed = 0;
    public const int Failed = 1;

    /// <summary>The command line cannot be understood; nothing was run.</summary>
    public const int Usage = 2;

    /// <summary>The budget is used up; the same command with a higher --budget goes on.</summary>
    public const int Paused = 3;
}
