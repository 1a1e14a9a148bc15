using System.Collections.Concurrent;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;

namespace AgentFunctions.Telemetry;

/// <summary>Finds the trace for which an orchestration works.</summary>
/// <param name="runs">The runs.</param>
internal sealed class RunTraces(IRunStore runs)
{
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, RunTrace> known = new(StringComparer.Ordinal);

    /// <summary>The trace, or <see langword="null"/> where the orchestration is not one of a run.</summary>
    /// <param name="instanceId">The orchestration's instance id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<RunTrace?> FindAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(instanceId, out var remembered))
        {
            return remembered;
        }

        foreach (var runId in RunInstances.RunsOf(instanceId))
        {
            if (await runs.GetAsync(runId, cancellationToken) is { } run)
            {
                if (known.Count >= MostRemembered)
                {
                    known.Clear();
                }

                return known[instanceId] = RunTrace.Of(run, RunInstances.BranchOf(instanceId));
            }
        }

        return null;
    }
}
