using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Http.Requests;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Http;

/// <summary>Suspends a run with its descendants, and resumes them to where they stood.</summary>
public sealed class RunSuspension(IRunStore runs, IRunJournal journal)
{
    private const string Suspended = "run.suspended";
    private const string Resumed = "run.resumed";
    private static readonly OrchestrationRuntimeStatus[] Active = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending];

    /// <summary>Suspends the orchestrations first, so that nothing new begins, and puts it on record then.</summary>
    internal async Task SuspendAsync(RunRecord run, string by, string? reason, DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var instance in await InstancesAsync(run, client, Active, cancellationToken))
        {
            await client.SuspendInstanceAsync(instance, reason, cancellationToken);
        }

        foreach (var each in await TreeAsync(run, cancellationToken))
        {
            if (await FindSuspensionAsync(each, cancellationToken) is null && each.Status != RunStatus.Queued)
            {
                await CommitAsync(each, Suspended, by, reason, RunStatus.Paused, $"Suspended by {by}.", new JsonObject
                {
                    ["status"] = Words.Of(each.Status),
                    ["reason"] = each.Reason,
                }, cancellationToken);
            }
        }
    }

    /// <summary>Puts it on record first, so that nothing that goes on finds its run paused.</summary>
    internal async Task ResumeAsync(RunRecord run, string by, string? reason, DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var each in await TreeAsync(run, cancellationToken))
        {
            if (await FindSuspensionAsync(each, cancellationToken) is { } suspension)
            {
                var status = Words.Parse<RunStatus>((string?)suspension["status"] ?? string.Empty) ?? RunStatus.Running;
                await CommitAsync(each, Resumed, by, reason, status, (string?)suspension["reason"], data: null, cancellationToken);
            }
        }

        foreach (var instance in await InstancesAsync(run, client, [OrchestrationRuntimeStatus.Suspended], cancellationToken))
        {
            await client.ResumeInstanceAsync(instance, reason, cancellationToken);
        }
    }

    private Task<bool> CommitAsync(
        RunRecord run,
        string type,
        string by,
        string? why,
        RunStatus status,
        string? reason,
        JsonObject? data,
        CancellationToken cancellationToken) => journal.CommitAsync(
            new RunCommit
            {
                RunId = run.RunId,
                Key = $"{type}/{Guid.CreateVersion7():N}",
                Events = [new AuditDraft(type, AuditActor.Human(by)) { Reason = why, Data = data }],
                Patch = new RunPatch { Status = status, Reason = reason },
            },
            cancellationToken);

    /// <summary>Where the run stood when it was suspended, or <see langword="null"/> where it is not suspended.</summary>
    private async Task<JsonObject?> FindSuspensionAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var events = await journal.ReadEventsAsync(run.RunId, 0, cancellationToken);
        var last = events.LastOrDefault(entry => entry.Type == Suspended || (entry.Type == Resumed && entry.Actor.Kind == ActorKind.Human));
        return last?.Type == Suspended ? last.Data : null;
    }

    private async Task<IReadOnlyList<RunRecord>> TreeAsync(RunRecord run, CancellationToken cancellationToken) =>
        [.. RunTree.Below(run.RunId, await runs.ListTreeAsync(run.RootRunId, cancellationToken)).Where(each => !each.IsFinished)];

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
