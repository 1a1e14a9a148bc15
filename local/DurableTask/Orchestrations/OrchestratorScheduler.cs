namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>
/// Runs an orchestrator's code on one thread at a time, in an order that depends on nothing but the events it is given.
/// Between events nothing runs and no thread is held.
/// </summary>
internal sealed class OrchestratorScheduler(Action onStrayed) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> queue = new();
    private volatile int thread;
    private volatile bool strayed;

    /// <summary>Whether code came back from a wait for something that is not durable.</summary>
    public bool HasStrayed => strayed;

    public bool IsCurrent => thread == Environment.CurrentManagedThreadId;

    /// <summary>Starts code and runs it until it waits.</summary>
    public T Start<T>(Func<T> code) => Within(() =>
    {
        SetSynchronizationContext(this);
        try
        {
            return code();
        }
        finally
        {
            SetSynchronizationContext(null);
        }
    });

    /// <summary>Does something that lets code go on, and runs the code until it waits again.</summary>
    public void Run(Action action) => Within(() =>
    {
        // Without a current context, so that continuations queue up instead of nesting.
        action();
        return true;
    });

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent)
        {
            queue.Enqueue((d, state));
        }
        else
        {
            strayed = true;
            onStrayed();
        }
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("An orchestrator's code is not called from elsewhere.");

    public override SynchronizationContext CreateCopy() => this;

    private T Within<T>(Func<T> work)
    {
        var outer = Current;
        thread = Environment.CurrentManagedThreadId;
        SetSynchronizationContext(null);
        try
        {
            var result = work();
            while (queue.TryDequeue(out var next))
            {
                SetSynchronizationContext(this);
                next.Callback(next.State);
                SetSynchronizationContext(null);
            }

            return result;
        }
        finally
        {
            thread = 0;
            SetSynchronizationContext(outer);
        }
    }
}
