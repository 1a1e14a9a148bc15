
namespace AgentFunctions.Storage.Tables;

/// <summary>What approvals are listed by: all, of a run, of a tenant, in a status, of a tenant in a status. Humans answer them: one partition is enough for each.</summary>
internal static class ApprovalIndex
{
    /// <summary>The rows that stay.</summary>
    public static IEnumerable<IndexRow> Fixed(ApprovalRecord approval, long number) =>
    [
        Row(PartitionOfRun(approval.RunId), approval, number, 0),
        Row(Partition(status: null, tenant: null), approval, number, 0),
        Row(Partition(status: null, approval.Tenant), approval, number, 0),
    ];

    /// <summary>The rows of the approval's present status.</summary>
    public static IEnumerable<IndexRow> OfStatus(ApprovalRecord approval, long number, long place) =>
    [
        Row(Partition(approval.Status, tenant: null), approval, number, place),
        Row(Partition(approval.Status, approval.Tenant), approval, number, place),
    ];

    public static string PartitionOfRun(string runId) => TableKeys.Partition($"approval/run/{runId}");

    public static string Partition(ApprovalStatus? status, string? tenant) => TableKeys.Partition((status, tenant) switch
    {
        (null, null) => "approval/all",
        (null, { }) => $"approval/tenant/{tenant}",
        ({ } given, null) => $"approval/status/{Words.Of(given)}",
        ({ } given, { }) => $"approval/status/{Words.Of(given)}/tenant/{tenant}",
    });

    /// <summary>The row key that lies right before all rows of approvals that were created after a place.</summary>
    public static string After(long number) => $"{TableKeys.Number(number)}~";

    private static IndexRow Row(string partition, ApprovalRecord approval, long number, long place) => new(
        partition,
        $"{TableKeys.Number(number)}.{TableKeys.Number(place)}.{TableKeys.Encode(approval.ApprovalId)}",
        approval.ApprovalId,
        number,
        place);
}
