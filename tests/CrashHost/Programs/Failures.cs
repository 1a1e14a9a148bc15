using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace CrashHost.Programs;

public static class Failures
{
    /// <summary>The message of the first cause, however many calls it came through.</summary>
    public static string MessageOf(Exception error) => error switch
    {
        TaskFailedException failed => MessageOf(failed.FailureDetails),
        EntityOperationFailedException failed => MessageOf(failed.FailureDetails),
        _ => error.Message,
    };

    public static string MessageOf(TaskFailureDetails failure) =>
        failure.InnerFailure is { } inner ? MessageOf(inner) : failure.ErrorMessage;
}
