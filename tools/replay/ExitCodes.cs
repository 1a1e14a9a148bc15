namespace AgentFunctions.Replay;

/// <summary>What the process ends with.</summary>
public static class ExitCodes
{
    /// <summary>The replay decided all that is on record, and nothing else.</summary>
    public const int Same = 0;

    /// <summary>The replay decided otherwise; the first event that differs is named.</summary>
    public const int Diverged = 1;

    /// <summary>The file is no export, or not what was written; nothing was replayed.</summary>
    public const int BadInput = 2;

    /// <summary>The command line cannot be understood; nothing was replayed.</summary>
    public const int Usage = 3;
}
