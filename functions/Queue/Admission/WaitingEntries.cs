using AgentFunctions.Agents;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;

namespace AgentFunctions.Queue;

/// <summary>Makes entries of the waiting list.</summary>
/// <param name="agents">The agents.</param>
/// <param name="settings">The order.</param>
public sealed class WaitingEntries(IAgentCatalog agents, AdmissionSettings settings)
{
    /// <summary>The entry of a run that is to be started.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<WaitingRun> OfAsync(RunRecord run, CancellationToken cancellationToken) =>
        OfAsync(run, AdmissionWay.Start, RunInstances.Of(run), cancellationToken);

    /// <summary>The entry of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="way">What happens when it is admitted.</param>
    /// <param name="instanceId">Its orchestration.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<WaitingRun> OfAsync(RunRecord run, AdmissionWay way, string instanceId, CancellationToken cancellationToken)
    {
        var entry = new WaitingRun(
            run.RunId,
            run.Tenant,
            run.Department,
            run.Agent,
            await ModelsAsync(run, cancellationToken),
            run.Priority,
            run.CreatedAt,
            instanceId,
            way);
        return entry with { Rank = settings.Rank(run.Priority, run.CreatedAt, entry.GoesOn || run.Branch > 0) };
    }

    /// <summary>The models of the agent and of all that it may spawn, directly or not.</summary>
    private async Task<IReadOnlyList<string>> ModelsAsync(RunRecord run, CancellationToken cancellationToken)
    {
        AgentDefinition agent;
        try
        {
            agent = await agents.GetByHashAsync(run.AgentHash, cancellationToken);
        }
        catch (KeyNotFoundException)
        {
            // It calls no model: it fails when it starts, and its record says why.
            return [];
        }

        if (agent.Agents.Count == 0)
        {
            return [agent.Model];
        }

        var all = (await agents.ListAsync(cancellationToken)).ToDictionary(
            each => each.Definition.Name, each => each.Definition, StringComparer.Ordinal);
        var models = new SortedSet<string>(StringComparer.Ordinal) { agent.Model };
        var seen = new HashSet<string>(StringComparer.Ordinal) { agent.Name };
        var ahead = new Queue<string>(agent.Agents);
        while (ahead.TryDequeue(out var name))
        {
            if (seen.Add(name) && all.TryGetValue(name, out var spawned))
            {
                models.Add(spawned.Model);
                spawned.Agents.ToList().ForEach(ahead.Enqueue);
            }
        }

        return [.. models];
    }
}
