using AgentFunctions.Planning;
using AgentFunctions.Runs;

namespace AgentFunctions.Storage.Journal;

/// <summary>What a patch makes of a run.</summary>
internal static class RunPatching
{
    public static RunRecord Apply(this RunRecord run, RunPatch? patch, DateTimeOffset now)
    {
        var used = run with { UpdatedAt = now, Usage = patch?.AddUsage is { } usage ? run.Usage + usage : run.Usage };
        return patch is null || run.IsFinished ? used : used.ApplyStatus(patch, now) with
        {
            Steps = Steps(run.Steps, patch),
            Replans = patch.Replans ?? run.Replans,
            ResultHash = patch.ResultHash ?? run.ResultHash,
            AdmittedAt = run.AdmittedAt ?? patch.AdmittedAt,
            Instruction = patch.Instruction ?? run.Instruction,
            Limits = patch.Limits ?? run.Limits,
        };
    }

    private static RunRecord ApplyStatus(this RunRecord run, RunPatch patch, DateTimeOffset now)
    {
        if (patch.Status is not { } status)
        {
            return run;
        }

        var changed = run with { Status = status, Reason = patch.Reason, Shortage = patch.Shortage };
        return changed.IsFinished ? changed with { CompletedAt = now, RollingBackTo = null } : changed with { CompletedAt = null };
    }

    private static IReadOnlyList<StepState> Steps(IReadOnlyList<StepState> before, RunPatch patch)
    {
        if (patch.Steps is null && patch.StepChanges.Count == 0)
        {
            return before;
        }

        var steps = (patch.Steps ?? before).ToList();
        foreach (var change in patch.StepChanges)
        {
            var index = Newest(steps, change.StepId);
            if (index >= 0)
            {
                steps[index] = steps[index] with
                {
                    Status = change.Status,
                    Reason = change.Reason,
                    OutputHash = change.OutputHash ?? steps[index].OutputHash,
                    Failure = change.Failure,
                    ArgsHash = change.ArgsHash ?? steps[index].ArgsHash,
                };
            }
        }

        return steps;
    }

    private static int Newest(List<StepState> steps, string stepId)
    {
        var newest = -1;
        for (var index = 0; index < steps.Count; index++)
        {
            if (steps[index].Step.Id == stepId && (newest < 0 || steps[index].Generation >= steps[newest].Generation))
            {
                newest = index;
            }
        }

        return newest;
    }
}
