using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Runs;

/// <summary>Which runs are suspended, and which orchestrations that concerns.</summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
public sealed class Suspensions(IRunStore runs, IRunJournal journal)
{
    /// <summary>The event of a suspension.</summary>
    public const string Suspended = "run.suspended";

    /// <summary>The event of its end.</summary>
    public const string Resumed = "run.resumed";

    private static readonly OrchestrationRuntimeStatus[] Active = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending];

    /// <summary>Where the run stood when it was suspended, or <see langword="null"/> where it is not suspended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<JsonObject?> FindAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var events = await journal.ReadEventsAsync(run.RunId, 0, cancellationToken);
        var last = events.LastOrDefault(entry => entry.Type == Suspended || (entry.Type == Resumed && entry.Actor.Kind == ActorKind.Human));
        return last?.Type == Suspended ? last.Data : null;
    }

    /// <summary>The run and its descendants that have not ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<RunRecord>> TreeAsync(RunRecord run, CancellationToken cancellationToken) =>
        [.. RunTree.Below(run.RunId, await runs.ListTreeAsync(run.RootRunId, cancellationToken)).Where(each => !each.IsFinished)];

    /// <summary>Suspends the orchestrations of the run and its descendants.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reason">Why.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task SuspendAsync(RunRecord run, string? reason, DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var instance in await InstancesAsync(run, client, Active, cancellationToken))
        {
            await client.SuspendInstanceAsync(instance, reason, cancellationToken);
        }
    }

    /// <summary>Resumes the orchestrations of the run and its descendants.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reason">Why.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ResumeAsync(RunRecord run, string? reason, DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var instance in await InstancesAsync(run, client, [OrchestrationRuntimeStatus.Suspended], cancellationToken))
        {
            await client.ResumeInstanceAsync(instance, reason, cancellationToken);
        }
    }

    /// <summary>The orchestrations of the run and its descendants: each has its run's id, alone or before a dot.</summary>
    private async Task<IReadOnlyList<string>> InstancesAsync(
        RunRecord run, DurableTaskClient client, OrchestrationRuntimeStatus[] statuses, CancellationToken cancellationToken)
    {
        var inside = (await TreeAsync(run, cancellationToken)).Select(each => each.RunId).ToHashSet(StringComparer.Ordinal);
        var found = new List<string>();
        await foreach (var instance in client.GetAllInstancesAsync(new OrchestrationQuery { Statuses = statuses })
            .WithCancellation(cancellationToken))
        {
            if (RunInstances.RunsOf(instance.InstanceId).Any(inside.Contains))
            {
                found.Add(instance.InstanceId);
            }
        }

        // A supervisor before its children: what is suspended spawns nothing more.
        return [.. found.OrderByDescending(id => id == RunInstances.Of(run)).ThenBy(id => id, StringComparer.Ordinal)];
    }
}
