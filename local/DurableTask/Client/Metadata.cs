using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Local.DurableTask.Client;

/// <summary>What callers are shown of a stored instance.</summary>
internal static class Metadata
{
    public static OrchestrationMetadata Of(DatabaseSession db, InstanceRow row, DataConverter converter, bool withData)
    {
        var data = withData || row.Status == InstanceStatus.Failed ? InstanceTable.Data(db, row.Key) : null;
        return new OrchestrationMetadata(row.Name, row.InstanceId)
        {
            RuntimeStatus = (OrchestrationRuntimeStatus)row.Status,
            CreatedAt = row.CreatedAt,
            LastUpdatedAt = row.UpdatedAt,
            Tags = HistoryCodec.DecodeTags(row.Tags) ?? [],
            FailureDetails = HistoryCodec.DecodeFailure(data?.Failure),
            DataConverter = withData ? converter : null,
            SerializedInput = withData ? data!.Input : null,
            SerializedOutput = withData ? data!.Output : null,
            SerializedCustomStatus = withData ? row.CustomStatus : null,
        };
    }
}
