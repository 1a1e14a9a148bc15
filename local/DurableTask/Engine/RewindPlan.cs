using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Orchestrations;
using AgentFunctions.Local.DurableTask.Tables;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>
/// What is taken back so that a failed instance can go on: as many failures of activities and sub-orchestrations as its code can do
/// without, given the rest of its history. A failure that the code went on from, as by a retry, stays.
/// </summary>
/// <param name="Row">The instance.</param>
/// <param name="Turns">What stays of its history.</param>
/// <param name="Children">The plans of its failed sub-orchestrations that are rewound with it.</param>
internal sealed record RewindPlan(InstanceRow Row, List<List<HistoryEvent>> Turns, IReadOnlyList<RewindPlan> Children)
{
    /// <summary>What the code asked for and has no answer to.</summary>
    public IEnumerable<ActionEvent> Open
    {
        get
        {
            var answered = Turns.SelectMany(turn => turn).Select(AnsweredBy).OfType<int>().ToHashSet();
            return Turns.SelectMany(turn => turn).OfType<ActionEvent>().Where(action => !answered.Contains(action.TaskId));
        }
    }

    /// <exception cref="InvalidOperationException">The instance has not failed.</exception>
    public static async Task<RewindPlan> MakeAsync(DurableEngine engine, InstanceRow row)
    {
        if (row.Status != InstanceStatus.Failed)
        {
            throw new InvalidOperationException($"Instance '{row.InstanceId}' is {row.Status}; only a failed one can be rewound.");
        }

        var turns = engine.Database.Read(db => HistoryTable.Turns(db, row.Key))
            .ConvertAll(events => events.FindAll(each => each is not ExecutionCompleted));
        var plan = new RewindPlan(row, await WithoutFailuresAsync(engine, row, turns), []);
        var children = new List<RewindPlan>();
        foreach (var child in plan.Open.OfType<ChildScheduled>())
        {
            if (engine.Database.Read(db => InstanceTable.Find(db, child.InstanceId)) is { Status: InstanceStatus.Failed } failed
                && failed.ParentId == row.InstanceId)
            {
                children.Add(await MakeAsync(engine, failed));
            }
        }

        return plan with { Children = children };
    }

    private static async Task<List<List<HistoryEvent>>> WithoutFailuresAsync(
        DurableEngine engine, InstanceRow row, List<List<HistoryEvent>> turns)
    {
        var failures = turns.SelectMany(turn => turn).Where(each => each is TaskFailed or ChildFailed).ToList();
        var struck = new HashSet<HistoryEvent>(failures, ReferenceEqualityComparer.Instance);
        if (await RepeatsAsync(engine, row, turns, struck))
        {
            return Without(turns, struck);
        }

        struck.Clear();
        foreach (var failure in Enumerable.Reverse(failures))
        {
            struck.Add(failure);
            if (!await RepeatsAsync(engine, row, turns, struck))
            {
                struck.Remove(failure);
            }
        }

        return Without(turns, struck);
    }

    private static Task<bool> RepeatsAsync(
        DurableEngine engine, InstanceRow row, List<List<HistoryEvent>> turns, HashSet<HistoryEvent> struck)
    {
        var trial = new OrchestrationExecution(row.InstanceId, engine.Functions, engine.Loggers, row.TraceParent, () => { });
        return trial.RepeatsAsync(Without(turns, struck).SelectMany(turn => turn));
    }

    private static List<List<HistoryEvent>> Without(List<List<HistoryEvent>> turns, HashSet<HistoryEvent> struck) =>
        turns.ConvertAll(turn => turn.FindAll(each => !struck.Contains(each)));

    private static int? AnsweredBy(HistoryEvent value) => value switch
    {
        TaskCompleted done => done.TaskId,
        TaskFailed failed => failed.TaskId,
        ChildCompleted done => done.TaskId,
        ChildFailed failed => failed.TaskId,
        TimerFired fired => fired.TaskId,
        _ => null,
    };
}
