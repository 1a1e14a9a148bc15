namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Does things at times, however far away; one wait serves them all.</summary>
internal sealed class TimerQueue(TimeProvider time)
{
    // Task.Delay takes at most 49 days; looking again each day also follows changes of the clock.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly PriorityQueue<Action, DateTimeOffset> queue = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(DateTimeOffset dueAt, Action action)
    {
        lock (gate)
        {
            queue.Enqueue(action, dueAt);
            if (queue.Peek() == action)
            {
                changed.TrySetResult();
            }
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var (due, wait, signal) = Take();
            due.ForEach(action => action());
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(Task.Delay(wait, time, end.Token), signal);
            await end.CancelAsync();
        }
    }

    private (List<Action> Due, TimeSpan Wait, Task Changed) Take()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var due = new List<Action>();
            while (queue.TryPeek(out var action, out var at) && at <= now)
            {
                due.Add(action);
                queue.Dequeue();
            }

            if (changed.Task.IsCompleted)
            {
                changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            var wait = queue.TryPeek(out _, out var next) ? next - now : LongestWait;

            // One millisecond more: a delay may end a little early, and then a second one would follow.
            return (due, wait < LongestWait ? wait + TimeSpan.FromMilliseconds(1) : LongestWait, changed.Task);
        }
    }
}
