using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>Failure details in which the failure of a callee is the inner failure of the caller's exception.</summary>
internal static class FailureDetails
{
    public static TaskFailureDetails Of(Exception error)
    {
        var own = TaskFailureDetails.FromException(error);
        return error switch
        {
            TaskFailedException { InnerException: null } failed => own with { InnerFailure = failed.FailureDetails },
            EntityOperationFailedException failed => own with { InnerFailure = failed.FailureDetails },
            _ when error.InnerException is { } inner => own with { InnerFailure = Of(inner) },
            _ => own,
        };
    }
}
