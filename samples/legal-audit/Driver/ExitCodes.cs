namespace LegalAudit.Driver;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    public const int Completed = 0;
    public const int Failed = 1;

    /// <summary>The budget is used up; the same command with a higher --budget goes on.</summary>
    public const int Paused = 3;
}
