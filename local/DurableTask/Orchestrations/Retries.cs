using Microsoft.DurableTask;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>Makes failed calls again, after durable timers.</summary>
internal static class Retries
{
    public static Task<T> RunAsync<T>(LocalOrchestrationContext context, TaskRetryOptions? retry, Func<Task<T>> call) => retry switch
    {
        { Policy: { } policy } => ByPolicyAsync(context, policy, call),
        { Handler: { } handler } => ByHandlerAsync(context, handler, call),
        _ => call(),
    };

    /// <summary>The delay before the next attempt, or null when there is none.</summary>
    public static TimeSpan? Delay(RetryPolicy policy, int attempts, TimeSpan sinceFirst, TaskFailureDetails failure)
    {
        var isOver = attempts >= policy.MaxNumberOfAttempts
            || (policy.RetryTimeout != Timeout.InfiniteTimeSpan && sinceFirst >= policy.RetryTimeout)
            || failure.ErrorType is ErrorTypes.ActivityNotFound or ErrorTypes.OrchestratorNotFound
            || !policy.Handles(failure);
        if (isOver)
        {
            return null;
        }

        var longest = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : policy.MaxRetryInterval;
        var ticks = policy.FirstRetryInterval.Ticks * Math.Pow(policy.BackoffCoefficient, attempts - 1);
        return ticks < longest.Ticks ? TimeSpan.FromTicks((long)ticks) : longest;
    }

    private static async Task<T> ByPolicyAsync<T>(LocalOrchestrationContext context, RetryPolicy policy, Func<Task<T>> call)
    {
        var first = context.CurrentUtcDateTime;
        for (var attempts = 1; ; attempts++)
        {
            TimeSpan delay;
            try
            {
                return await call();
            }
            catch (TaskFailedException failed)
                when (Delay(policy, attempts, context.CurrentUtcDateTime - first, failed.FailureDetails) is { } next)
            {
                delay = next;
            }

            await context.CreateTimer(delay, CancellationToken.None);
        }
    }

    private static async Task<T> ByHandlerAsync<T>(LocalOrchestrationContext context, AsyncRetryHandler handler, Func<Task<T>> call)
    {
        var first = context.CurrentUtcDateTime;
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException failed)
            {
                var retry = new RetryContext(
                    context, attempts, failed.FailureDetails, context.CurrentUtcDateTime - first, CancellationToken.None);
                if (failed.FailureDetails.ErrorType is ErrorTypes.ActivityNotFound or ErrorTypes.OrchestratorNotFound || !await handler(retry))
                {
                    throw;
                }
            }
        }
    }
}

/// <summary>Error types that no exception stands behind.</summary>
internal static class ErrorTypes
{
    public const string ActivityNotFound = "ActivityTaskNotFound";
    public const string OrchestratorNotFound = "OrchestratorTaskNotFound";
    public const string EntityNotFound = "EntityTaskNotFound";
    public const string Terminated = "OrchestrationTerminated";
}
