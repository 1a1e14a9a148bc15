namespace AgentFunctions.Runs;

/// <summary>How urgent a run is. What it spawns is as urgent.</summary>
public enum RunPriority
{
    /// <summary>Goes first.</summary>
    Urgent,

    /// <summary>The default.</summary>
    Normal,

    /// <summary>Takes what the others leave, and the share that is kept for it.</summary>
    Batch,
}
