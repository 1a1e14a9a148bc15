namespace Microsoft.DurableTask.Client;

/// <summary>How an instance is terminated.</summary>
/// <param name="Output">The instance's output.</param>
/// <param name="Recursive">Whether its sub-orchestrations are terminated with it.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);

/// <summary>How an instance is purged.</summary>
/// <param name="Recursive">Whether its sub-orchestrations are purged with it.</param>
public record PurgeInstanceOptions(bool Recursive = false);

/// <summary>Which instances are purged; only finished ones are, whatever the statuses.</summary>
/// <param name="CreatedFrom">The earliest creation.</param>
/// <param name="CreatedTo">The latest creation.</param>
/// <param name="Statuses">The statuses; all when null.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null);

/// <summary>What a purge did.</summary>
public class PurgeResult
{
    /// <summary>Tells how many were purged.</summary>
    public PurgeResult(int count)
        : this(count, null)
    {
    }

    /// <summary>Tells how many were purged, and whether those are all.</summary>
    public PurgeResult(int count, bool? isComplete)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
        IsComplete = isComplete;
    }

    /// <summary>How many were purged.</summary>
    public int PurgedInstanceCount { get; }

    /// <summary>Whether all that the filter let through were purged.</summary>
    public bool? IsComplete { get; }
}

/// <summary>Which instances are listed.</summary>
/// <param name="CreatedFrom">The earliest creation.</param>
/// <param name="CreatedTo">The latest creation.</param>
/// <param name="Statuses">The statuses; all when null.</param>
/// <param name="TaskHubNames">Not used by the local host.</param>
/// <param name="InstanceIdPrefix">What ids begin with.</param>
/// <param name="PageSize">How many instances a page has.</param>
/// <param name="FetchInputsAndOutputs">Whether inputs, outputs and custom statuses are fetched.</param>
/// <param name="ContinuationToken">Where to begin.</param>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    /// <summary>How many instances a page has when nothing else is said.</summary>
    public const int DefaultPageSize = 100;
}
