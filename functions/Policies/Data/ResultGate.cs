using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Policies.Data;

/// <summary>How a run may end.</summary>
/// <param name="Outcome">The outcome, with what may leave of its result.</param>
/// <param name="Events">The denial, where there is one.</param>
public sealed record CheckedOutcome(RunOutcome Outcome, IReadOnlyList<AuditDraft> Events);

/// <summary>Checks what a run results in before anybody gets to see it: a caller, or the run that spawned it.</summary>
/// <param name="ofRuns">The policies of runs.</param>
/// <param name="blobs">The payloads.</param>
public sealed class ResultGate(RunPolicies ofRuns, IBlobStore blobs)
{
    /// <summary>The outcome, redacted; failed as denied where a rule lets it not leave.</summary>
    /// <param name="run">The run.</param>
    /// <param name="outcome">How it is to end.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<CheckedOutcome> CheckAsync(RunRecord run, RunOutcome outcome, CancellationToken cancellationToken)
    {
        var policies = await ofRuns.OfAsync(run.AgentHash, cancellationToken);
        if (!policies.SelectMany(policy => policy.Policy.Data).Any(rule => rule.In.Contains(DataTarget.Results)))
        {
            return new CheckedOutcome(outcome, []);
        }

        var result = await blobs.GetNodeAsync(outcome.ResultHash, cancellationToken);
        if (DataPolicy.CheckResult(policies, run.Agent, result) is { } denial)
        {
            var denied = new RunOutcome(
                RunStatus.Failed, $"{ToolFailureKind.Denied}: {denial.Message}", ResultHash: null, ToolFailureKind.Denied);
            return new CheckedOutcome(denied, [PolicyEvents.Of(denial, "result", run.Agent, stepId: null)]);
        }

        var redactor = DataPolicy.Redactor(DataTarget.Results, policies);
        return new CheckedOutcome(
            outcome with
            {
                Reason = outcome.Reason is null ? null : redactor.Text(outcome.Reason),
                ResultHash = outcome.ResultHash is null || !redactor.IsActive
                    ? outcome.ResultHash
                    : await blobs.PutJsonAsync(redactor.Json(result), cancellationToken),
            },
            []);
    }
}
