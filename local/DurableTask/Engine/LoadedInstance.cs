using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Orchestrations;
using AgentFunctions.Local.DurableTask.Tables;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>An instance's current execution, rebuilt from its history.</summary>
internal sealed class LoadedInstance
{
    private readonly HashSet<long> seen;
    private readonly long watermark;

    private LoadedInstance(InstanceRow row, OrchestrationExecution execution, int nextTurn, long watermark, IEnumerable<Delivery> stored)
    {
        Row = row;
        Execution = execution;
        NextTurn = nextTurn;
        this.watermark = watermark;
        seen = [.. stored.Select(each => each.Id)];
    }

    public InstanceRow Row { get; }

    public string ExecutionId => Row.ExecutionId;

    public OrchestrationExecution Execution { get; }

    public ExecutionLife Life { get; } = new();

    public int NextTurn { get; set; }

    public required int LongestInlineText { get; init; }

    /// <summary>What the instance's row says of it now.</summary>
    public (InstanceStatus Status, string? CustomStatus) Shown { get; set; }

    /// <summary>The instance and the messages that wait for it; no instance when there is none or it has finished.</summary>
    public static async Task<(LoadedInstance? Instance, List<Delivery> Stored)> LoadAsync(DurableEngine engine, string instanceId)
    {
        var (row, turns, stored, last) = engine.Database.Read(db => (
            InstanceTable.Find(db, instanceId),
            HistoryTable.Turns(db, instanceId),
            MessageTable.Visible(db, instanceId, engine.Now),
            MessageTable.Last(db)));
        if (row is null || row.Status.IsFinal())
        {
            return (null, stored);
        }

        var execution = new OrchestrationExecution(
            instanceId, engine.Functions, engine.Loggers, row.TraceParent, () => engine.Deliver(instanceId, new Delivery(0, row.ExecutionId, null) { IsStray = true }));
        await execution.ReplayAsync(turns.SelectMany(turn => turn.Events));
        var nextTurn = turns.Count == 0 ? 0 : turns[^1].Turn + 1;
        var loaded = new LoadedInstance(row, execution, nextTurn, last, stored) 
        {
            LongestInlineText = engine.Database.Options.LongestInlineText,
            Shown = (row.Status, row.CustomStatus),
        };
        return (loaded, stored);
    }

    /// <summary>Whether a message was not among those that were there when the instance was loaded; true once for those that were.</summary>
    public bool IsNew(long messageId) => messageId > watermark || seen.Remove(messageId);
}
