namespace LogisticsStorm.Driver;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Everything that must hold does.</summary>
    public const int Holds = 0;

    /// <summary>Something does not hold, or the storm could not be played.</summary>
    public const int Failed = 1;

    /// <summary>The command line cannot be understood; nothing was run.</summary>
    public const int Usage = 2;
}
