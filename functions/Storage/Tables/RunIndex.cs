using AgentFunctions.Runs;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// What runs are listed by: all, of a tenant, of a thread, in a status, of a tenant in a status; roots and children apart. Partitions
/// that all tenants would write to are several.
/// </summary>
internal static class RunIndex
{
    private const int Shards = 8;

    private static readonly bool[] Both = [true, false];
    private static readonly bool[] Roots = [true];

    /// <summary>The rows of a new run.</summary>
    public static IEnumerable<IndexRow> Of(RunHead head) => [.. Fixed(head), .. OfStatus(head)];

    /// <summary>The rows of the run's present status.</summary>
    public static IEnumerable<IndexRow> OfStatus(RunHead head)
    {
        var (run, isRoot) = (head.Run, head.Run.ParentRunId is null);
        yield return Row(head, Status(isRoot, run.Status, Shard(run.RunId)), head.StatusPlace);
        yield return Row(head, TenantStatus(isRoot, run.Tenant, run.Status), head.StatusPlace);
    }

    /// <summary>The partitions that hold what a query asks for, and maybe more.</summary>
    public static IReadOnlyList<string> Partitions(RunQuery query) =>
    [
        .. (query.RootsOnly ? Roots : Both).SelectMany(isRoot => query switch
        {
            { ThreadId: { } thread } => [Thread(isRoot, thread)],
            { Tenant: { } tenant, Status: { } status } => [TenantStatus(isRoot, tenant, status)],
            { Tenant: { } tenant } => [Tenant(isRoot, tenant)],
            { Status: { } status } => Enumerable.Range(0, Shards).Select(shard => Status(isRoot, status, shard)),
            _ => Enumerable.Range(0, Shards).Select(shard => All(isRoot, shard)),
        }),
    ];

    /// <summary>The row key that lies right before all rows of runs that were created before a place.</summary>
    public static string Before(long number) => $"{TableKeys.Newest(number)}~";

    /// <summary>Whether a run is one that a query asks for.</summary>
    public static bool Fits(RunRecord run, RunQuery query) =>
        (query.Tenant is null || run.Tenant == query.Tenant)
        && (query.ThreadId is null || run.ThreadId == query.ThreadId)
        && (query.Status is null || run.Status == query.Status)
        && (query.Agent is null || run.Agent == query.Agent)
        && (!query.RootsOnly || run.ParentRunId is null);

    private static IEnumerable<IndexRow> Fixed(RunHead head)
    {
        var (run, isRoot) = (head.Run, head.Run.ParentRunId is null);
        yield return Row(head, All(isRoot, Shard(run.RunId)), 0);
        yield return Row(head, Tenant(isRoot, run.Tenant), 0);
        yield return Row(head, Thread(isRoot, run.ThreadId), 0);
    }

    private static IndexRow Row(RunHead head, string partition, long place) => new(
        partition,
        $"{TableKeys.Newest(head.Number)}.{TableKeys.Number(place)}.{TableKeys.Encode(head.Run.RunId)}",
        head.Run.RunId,
        head.Number,
        place,
        head.Run.Agent);

    private static string All(bool isRoot, int shard) => TableKeys.Partition($"run/{Kind(isRoot)}/all/{shard}");

    private static string Tenant(bool isRoot, string tenant) => TableKeys.Partition($"run/{Kind(isRoot)}/tenant/{tenant}");

    private static string Thread(bool isRoot, string thread) => TableKeys.Partition($"run/{Kind(isRoot)}/thread/{thread}");

    private static string Status(bool isRoot, RunStatus status, int shard) =>
        TableKeys.Partition($"run/{Kind(isRoot)}/status/{Words.Of(status)}/{shard}");

    private static string TenantStatus(bool isRoot, string tenant, RunStatus status) =>
        TableKeys.Partition($"run/{Kind(isRoot)}/status/{Words.Of(status)}/tenant/{tenant}");

    private static string Kind(bool isRoot) => isRoot ? "root" : "child";

    private static int Shard(string runId) => TableKeys.Partition(runId)[1] switch
    {
        >= 'a' and var letter => (letter - 'a' + 10) % Shards,
        var digit => (digit - '0') % Shards,
    };
}
