namespace AgentFunctions.Tests.Runs;

/// <summary>Holds tools until the test lets them go; says how many have come.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int arrived;

    /// <summary>How many have come to it.</summary>
    public int Arrived => Volatile.Read(ref arrived);

    /// <summary>Lets all go, now and later.</summary>
    public void Open() => open.TrySetResult();

    /// <summary>Waits until it is open.</summary>
    public Task PassAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref arrived);
        return open.Task.WaitAsync(cancellationToken);
    }
}
