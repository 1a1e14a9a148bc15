using AgentFunctions.Budgets;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Planning;

/// <summary>What had been spent when a run's first plan failed.</summary>
/// <param name="Usd">USD, of the run and its descendants.</param>
public sealed record ReplanBase(decimal Usd);

/// <summary>Bounds what replanning may cost.</summary>
/// <param name="access">The runs.</param>
/// <param name="runs">The runs' records.</param>
public sealed class ReplanActivities(RunAccess access, IRunStore runs)
{
    private const string BaseKey = "replan/base";

    /// <summary>Why another plan would cost too much; empty where it may be made.</summary>
    /// <param name="input">The run.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(CheckReplan))]
    public async Task<string> CheckReplan([ActivityTrigger] RunInput input, CancellationToken cancellationToken)
    {
        var run = await access.GetActiveAsync(input.RunId, cancellationToken);
        var limit = (await access.AgentAsync(run, cancellationToken)).Limits.MaxReplanUsd;
        var spent = await SpentAsync(run, cancellationToken);
        var first = await access.RememberedAsync<ReplanBase>(run.RunId, BaseKey, cancellationToken)
            ?? await access.CommitAsync(new RunCommit { RunId = run.RunId, Key = BaseKey }, new ReplanBase(spent), cancellationToken);
        return spent - first.Usd <= limit
            ? ""
            : FormattableString.Invariant(
                $"It does not replan again: {spent - first.Usd} USD were spent since its first plan failed, more than its maxReplanUsd of {limit}.");
    }

    private async Task<decimal> SpentAsync(RunRecord run, CancellationToken cancellationToken) =>
        Amounts.UsedBy(RunTree.Below(run.RunId, await runs.ListTreeAsync(run.RootRunId, cancellationToken))).Usd;
}
