using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Orchestrations;
using AgentFunctions.Local.DurableTask.Tables;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>An instance's current execution, rebuilt from its history.</summary>
internal sealed class LoadedInstance
{
    private readonly HashSet<long> seen;
    private readonly long watermark;

    private LoadedInstance(InstanceRow row, OrchestrationExecution execution, long watermark, IEnumerable<Delivery> stored)
    {
        Row = row;
        Execution = execution;
        this.watermark = watermark;
        seen = [.. stored.Select(each => each.Id)];
    }

    public InstanceRow Row { get; }

    public string ExecutionId => Row.ExecutionId;

    public OrchestrationExecution Execution { get; }

    public ExecutionLife Life { get; } = new();

    public required int LongestInlineText { get; init; }

    /// <summary>What the instance's row says of it now.</summary>
    public (InstanceStatus Status, string? CustomStatus) Shown { get; set; }

    /// <summary>The instance and the messages that wait for it; no instance when there is none or it has finished.</summary>
    public static async Task<(LoadedInstance? Instance, List<Delivery> Stored)> LoadAsync(DurableEngine engine, string instanceId)
    {
        var (row, turns, stored, last) = engine.Database.Read(db =>
        {
            var found = InstanceTable.Find(db, instanceId);
            return (
                found,
                found?.Status.IsFinal() == false ? HistoryTable.Turns(db, found.Key) : [],
                MessageTable.Visible(db, instanceId, engine.Now),
                MessageTable.Last(db));
        });
        if (row is null || row.Status.IsFinal())
        {
            return (null, stored);
        }

        var execution = new OrchestrationExecution(
            instanceId, engine.Functions, engine.Loggers, row.TraceParent, () => engine.Deliver(instanceId, new Delivery(0, row.ExecutionId, null) { IsStray = true }));
        await execution.ReplayAsync(turns.SelectMany(events => events));
        var loaded = new LoadedInstance(row, execution, last, stored)
        {
            LongestInlineText = engine.Database.Options.LongestInlineText,
            Shown = (row.Status, row.CustomStatus),
        };
        return (loaded, stored);
    }

    /// <summary>Whether a message was not among those that were there when the instance was loaded; true once for those that were.</summary>
    public bool IsNew(long messageId) => messageId > watermark || seen.Remove(messageId);
}
