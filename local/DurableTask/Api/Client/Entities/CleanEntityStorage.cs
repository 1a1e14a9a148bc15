namespace Microsoft.DurableTask.Client.Entities;

/// <summary>What is cleaned.</summary>
public readonly record struct CleanEntityStorageRequest
{
    /// <summary>Cleans everything.</summary>
    public static CleanEntityStorageRequest Default => new() { RemoveEmptyEntities = true, ReleaseOrphanedLocks = true };

    /// <summary>Whether entities without state, lock and messages are removed.</summary>
    public bool RemoveEmptyEntities { get; init; }

    /// <summary>Whether locks of orchestrations that no longer run are released.</summary>
    public bool ReleaseOrphanedLocks { get; init; }

    /// <summary>Where to begin.</summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>What was cleaned.</summary>
public readonly record struct CleanEntityStorageResult
{
    /// <summary>Where to go on; null at the end.</summary>
    public string? ContinuationToken { get; init; }

    /// <summary>How many entities were removed.</summary>
    public int EmptyEntitiesRemoved { get; init; }

    /// <summary>How many locks were released.</summary>
    public int OrphanedLocksReleased { get; init; }
}
