using System.Globalization;

namespace AgentFunctions.Runs.Branches;

/// <summary>
/// Ids of the orchestrations of a run. A run begins on branch 0 under its own id; each rollback begins another branch under
/// <c>{runId}~{branch}</c>, so that what an abandoned branch still does can be told from what the present one does.
/// </summary>
public static class RunInstances
{
    /// <summary>No id of a run holds it; see <see cref="Identifiers"/>.</summary>
    private const char BranchMark = '~';
    private const char StepMark = '.';

    /// <summary>The Durable Task Scheduler takes instance ids of 100 characters; 36 are the run's, 11 are left to its branch.</summary>
    private const int LongestStep = 52;

    /// <summary>The instance id of a run's orchestration on a branch.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="branch">The branch.</param>
    public static string Of(string runId, int branch) =>
        branch == 0 ? runId : string.Create(CultureInfo.InvariantCulture, $"{runId}{BranchMark}{branch}");

    /// <summary>The instance id of a run's orchestration on its present branch.</summary>
    /// <param name="run">The run.</param>
    public static string Of(RunRecord run) => Of(run.RunId, run.Branch);

    /// <summary>The instance id of a run's orchestration on the branch that the header was given on.</summary>
    /// <param name="run">The run.</param>
    public static string Of(RunHeader run) => Of(run.RunId, run.Branch);

    /// <summary>Whether an instance id is that of the run's own orchestration, on whatever branch, and not of the loop of a step.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="runId">The run.</param>
    public static bool IsOfRun(string instanceId, string runId) => instanceId == Of(runId, BranchOf(instanceId));

    /// <summary>The instance id of the loop of one of a run's steps.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stepId">The step.</param>
    public static string OfLoop(RunHeader run, string stepId) =>
        $"{Of(run)}{StepMark}{(stepId.Length <= LongestStep ? stepId : Identifiers.Derive("step", stepId))}";

    /// <summary>The ids that an instance id can belong to: run ids may hold dots themselves, and a loop's id ends in a dot and its step.</summary>
    /// <param name="instanceId">The instance id.</param>
    public static IEnumerable<string> RunsOf(string instanceId)
    {
        var mark = instanceId.IndexOf(BranchMark, StringComparison.Ordinal);
        if (mark >= 0)
        {
            return [instanceId[..mark]];
        }

        return Enumerable.Range(0, instanceId.Length + 1)
            .Where(end => end == instanceId.Length || instanceId[end] == StepMark)
            .Select(end => instanceId[..end]);
    }

    /// <summary>The branch that an instance id names; 0 where it names none.</summary>
    /// <param name="instanceId">The instance id.</param>
    public static int BranchOf(string instanceId)
    {
        var mark = instanceId.IndexOf(BranchMark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return 0;
        }

        var rest = instanceId.AsSpan(mark + 1);
        var end = rest.IndexOf(StepMark);
        return int.TryParse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var branch) ? branch : 0;
    }
}
