using Microsoft.DurableTask;

namespace AgentFunctions.Runs;

/// <summary>How activities are called.</summary>
public static class Activities
{
    /// <summary>Most attempts of one activity.</summary>
    public const int MaxAttempts = 4;

    /// <summary>
    /// Up to <see cref="MaxAttempts"/> attempts, half a second after the first, doubling up to 30 seconds.
    /// Every error is tried again but <see cref="UnretryableException"/>.
    /// </summary>
    public static TaskOptions Retried { get; } = Policy(MaxAttempts, TimeSpan.FromMilliseconds(500));

    /// <summary>
    /// For model calls: 6 attempts over half a minute, because rate limits are counted by the minute.
    /// Every error is tried again but <see cref="UnretryableException"/>.
    /// </summary>
    public static TaskOptions ModelRetried { get; } = Policy(maxAttempts: 6, TimeSpan.FromSeconds(1));

    private static TaskOptions Policy(int maxAttempts, TimeSpan first) => TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxAttempts, first, backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromSeconds(30))
        {
            HandleFailure = failure => !failure.IsCausedBy<UnretryableException>(),
        });
}

/// <summary>An attempt failed in a way that may pass; the durable retry policy tries again.</summary>
/// <param name="message">What failed, without secrets.</param>
public sealed class TransientFailureException(string message) : Exception(message);

/// <summary>Trying again cannot help.</summary>
/// <param name="message">What failed, without secrets.</param>
public sealed class UnretryableException(string message) : Exception(message);
