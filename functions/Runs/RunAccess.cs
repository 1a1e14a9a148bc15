using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Planning;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;

namespace AgentFunctions.Runs;

/// <summary>The attempts at a call.</summary>
/// <param name="Next">The number of the one that is being made, from 1.</param>
/// <param name="SpentUsd">What those before it have cost on the present branch, USD.</param>
public sealed record Attempts(int Next, decimal SpentUsd);

/// <summary>What is remembered of an attempt that failed.</summary>
/// <param name="CostUsd">What it has cost nevertheless, USD.</param>
public sealed record FailedAttempt(decimal CostUsd);

/// <summary>A remembered result that tells what it has cost.</summary>
/// <typeparam name="T">The result.</typeparam>
public interface IHasCost<out T>
{
    /// <summary>The same, with its cost counted already.</summary>
    T Paid();
}

/// <summary>What every activity of a run does first: find the run, and see what its key has done already.</summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
/// <param name="agents">The agents.</param>
public sealed class RunAccess(IRunStore runs, IRunJournal journal, IAgentCatalog agents)
{
    /// <summary>The run.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UnretryableException">There is no such run.</exception>
    public async Task<RunRecord> GetAsync(string runId, CancellationToken cancellationToken) =>
        await runs.GetAsync(runId, cancellationToken) ?? throw new UnretryableException($"There is no run '{runId}'.");

    /// <summary>The run, which must go on: what is still on its way for an ended run, or for an abandoned branch, does nothing more.</summary>
    /// <param name="runId">The id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UnretryableException">There is no such run, it has ended, or it was rolled back.</exception>
    public async Task<RunRecord> GetActiveAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await GetAsync(runId, cancellationToken);
        return run switch
        {
            { IsFinished: true } => throw new UnretryableException($"The run '{runId}' has ended: {run.Status}."),
            { RollingBackTo: not null } => throw new UnretryableException($"The run '{runId}' is being rolled back."),
            _ when InvocationBranch.IsAbandoned(run) => throw new UnretryableException($"The run '{runId}' was rolled back."),
            _ => run,
        };
    }

    /// <summary>The definition that the run keeps.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<AgentDefinition> AgentAsync(RunRecord run, CancellationToken cancellationToken) =>
        agents.GetByHashAsync(run.AgentHash, cancellationToken);

    /// <summary>
    /// What the key has committed, or <see langword="null"/> where it has not. Where a branch before the present one has, what it has
    /// cost was counted there, and the result says that it costs nothing.
    /// </summary>
    /// <typeparam name="T">The type of the remembered result.</typeparam>
    /// <param name="runId">The run.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<T?> RememberedAsync<T>(string runId, string key, CancellationToken cancellationToken)
        where T : class
    {
        var found = await journal.FindAsync(runId, key, cancellationToken);
        if (found is not { Result: { } json })
        {
            return null;
        }

        var result = JsonSerializer.Deserialize<T>(json, AgentJson.Options);
        return result is IHasCost<T> paid && IsOfEarlierBranch(runId, found) ? paid.Paid() : result;
    }

    /// <summary>Whether a key was committed.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> IsRememberedAsync(string runId, string key, CancellationToken cancellationToken) =>
        await journal.FindAsync(runId, key, cancellationToken) is not null;

    /// <summary>Commits with a result to be remembered. Where another attempt was faster, its result counts.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="commit">What changes.</param>
    /// <param name="result">The result.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<T> CommitAsync<T>(RunCommit commit, T result, CancellationToken cancellationToken)
        where T : class =>
        await journal.CommitAsync(commit with { Result = JsonSerializer.Serialize(result, AgentJson.Options) }, cancellationToken)
            ? result
            : await RememberedAsync<T>(commit.RunId, commit.Key, cancellationToken) ?? result;

    /// <summary>Notes a call that has an effect to be compensated on a rollback, before it is made.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UnretryableException">Its branch was abandoned.</exception>
    public async Task NoteEffectAsync(EffectCall call, CancellationToken cancellationToken)
    {
        var key = call.Key + EffectCall.BegunEnding;
        await CommitAsync(new RunCommit { RunId = call.RunId, Key = key }, call, cancellationToken);
        if (await journal.FindAsync(call.RunId, key, cancellationToken) is null)
        {
            throw new UnretryableException($"The run '{call.RunId}' was rolled back.");
        }
    }

    /// <summary>Shows a step as running.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="step">The step.</param>
    /// <param name="data">What carries it out.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task BeginStepAsync(string runId, PlanStep step, JsonObject data, CancellationToken cancellationToken) => journal.CommitAsync(
        new RunCommit
        {
            RunId = runId,
            Key = StartKey(step.Id),
            Patch = new RunPatch
            {
                StepChanges = [new StepChange(step.Id, StepStatus.Running)],
                AddUsage = RunUsage.OneStep,
            },
            Events = [StepEvents.Started(step, data)],
        },
        cancellationToken);

    /// <summary>The key under which the beginning of a step is committed.</summary>
    /// <param name="stepId">The step.</param>
    public static string StartKey(string stepId) => $"{stepId}/start";

    /// <summary>Commits the failure of one attempt and tells which attempt it was, from 1.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The key of the call.</param>
    /// <param name="failed">The events; what they cost is counted with them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task RecordAttemptAsync(string runId, string key, IReadOnlyList<AuditDraft> failed, CancellationToken cancellationToken)
    {
        var attempt = await NextAttemptAsync(runId, key, cancellationToken);
        var costUsd = failed.Sum(entry => entry.CostUsd);
        await CommitAsync(
            new RunCommit
            {
                RunId = runId,
                Key = AttemptKey(key, attempt),
                Events = failed,
                Patch = costUsd == 0m ? null : new RunPatch { AddUsage = RunUsage.None with { CostUsd = costUsd } },
            },
            new FailedAttempt(costUsd),
            cancellationToken);
    }

    /// <summary>The number of the attempt that is being made, from 1: one more than have failed.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The key of the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<int> NextAttemptAsync(string runId, string key, CancellationToken cancellationToken) =>
        (await AttemptsAsync(runId, key, cancellationToken)).Next;

    /// <summary>The number of the attempt that is being made, and what those before it have cost.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The key of the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Attempts> AttemptsAsync(string runId, string key, CancellationToken cancellationToken)
    {
        var attempts = new Attempts(Next: 1, SpentUsd: 0m);
        while (await journal.FindAsync(runId, AttemptKey(key, attempts.Next), cancellationToken) is { } failed)
        {
            var costUsd = failed.Result is { } json && !IsOfEarlierBranch(runId, failed)
                ? JsonSerializer.Deserialize<FailedAttempt>(json, AgentJson.Options)!.CostUsd
                : 0m;
            attempts = new Attempts(attempts.Next + 1, attempts.SpentUsd + costUsd);
        }

        return attempts;
    }

    private static bool IsOfEarlierBranch(string runId, CommittedResult found) =>
        InvocationBranch.Of(runId) is { } branch && found.Branch < branch;

    private static string AttemptKey(string key, int attempt) => FormattableString.Invariant($"{key}#a{attempt}");
}
