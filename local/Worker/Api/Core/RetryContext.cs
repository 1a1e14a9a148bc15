namespace Microsoft.Azure.Functions.Worker;

/// <summary>How often an invocation has been retried by the host.</summary>
public abstract class RetryContext
{
    /// <summary>The number of retries so far.</summary>
    public abstract int RetryCount { get; }

    /// <summary>The most retries the host makes.</summary>
    public abstract int MaxRetryCount { get; }
}
