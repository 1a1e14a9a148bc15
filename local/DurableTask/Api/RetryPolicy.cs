namespace Microsoft.DurableTask;

/// <summary>How often, and after which delays, a failed call is made again.</summary>
public class RetryPolicy
{
    private readonly Func<TaskFailureDetails, bool> handles = _ => true;

    /// <summary>Makes a policy.</summary>
    /// <param name="maxNumberOfAttempts">How many attempts there are, the first included.</param>
    /// <param name="firstRetryInterval">The delay before the second attempt.</param>
    /// <param name="backoffCoefficient">What each further delay is multiplied by; at least 1.</param>
    /// <param name="maxRetryInterval">The longest delay; an hour by default.</param>
    /// <param name="retryTimeout">How long after the first attempt retries are made; without end by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        RefuseShorter(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));
        RefuseShorter(retryTimeout, firstRetryInterval, nameof(retryTimeout));
        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval ?? TimeSpan.FromHours(1);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
    }

    /// <summary>How many attempts there are, the first included.</summary>
    public int MaxNumberOfAttempts { get; }

    /// <summary>The delay before the second attempt.</summary>
    public TimeSpan FirstRetryInterval { get; }

    /// <summary>What each further delay is multiplied by.</summary>
    public double BackoffCoefficient { get; }

    /// <summary>The longest delay.</summary>
    public TimeSpan MaxRetryInterval { get; }

    /// <summary>How long after the first attempt retries are made.</summary>
    public TimeSpan RetryTimeout { get; }

    /// <summary>Whether a failure is retried; every one by default.</summary>
    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init => handles = value;
    }

    internal bool Handles(TaskFailureDetails failure) => handles(failure);

    private static void RefuseShorter(TimeSpan? value, TimeSpan first, string name)
    {
        if (value is { } span && span != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(span, first, name);
        }
    }
}
