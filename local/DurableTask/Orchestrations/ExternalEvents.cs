using Microsoft.DurableTask;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>Events that wait for the orchestrator, oldest first, and waits for events, of which the newest is served first.</summary>
internal sealed class ExternalEvents(DataConverter converter)
{
    private readonly Dictionary<string, Queue<string?>> buffered = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Stack<Wait>> waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Name, string? Payload)> arrivals = [];

    public bool AreAwaited => waits.Values.Any(stack => stack.Any(wait => !wait.IsOver));

    /// <summary>The events that were not waited for, in the order in which they came.</summary>
    public IReadOnlyList<(string Name, string? Payload)> Unprocessed => arrivals;

    public Task<T> WaitAsync<T>(string name, CancellationToken cancellation)
    {
        if (!waits.TryGetValue(name, out var stack))
        {
            waits.Add(name, stack = new Stack<Wait>());
        }

        if (stack.FirstOrDefault(other => !other.IsOver) is { } open && open.Type != typeof(T))
        {
            throw new ArgumentException($"The event '{name}' is waited for as {open.Type} and as {typeof(T)}.", nameof(name));
        }

        var wait = new Wait<T>(converter);
        if (buffered.TryGetValue(name, out var queue) && queue.TryDequeue(out var payload))
        {
            arrivals.RemoveAt(arrivals.FindIndex(each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
            wait.Complete(payload);
            return wait.Task;
        }

        stack.Push(wait);
        if (cancellation.CanBeCanceled)
        {
            cancellation.Register(() => wait.Cancel(cancellation));
        }

        return wait.Task;
    }

    public void Raise(string name, string? payload)
    {
        while (waits.TryGetValue(name, out var stack) && stack.TryPop(out var wait))
        {
            if (!wait.IsOver)
            {
                wait.Complete(payload);
                return;
            }
        }

        Keep(name, payload);
    }

    /// <summary>Keeps an event for whoever asks for it later.</summary>
    public void Keep(string name, string? payload)
    {
        if (!buffered.TryGetValue(name, out var queue))
        {
            buffered.Add(name, queue = new Queue<string?>());
        }

        queue.Enqueue(payload);
        arrivals.Add((name, payload));
    }

    private abstract class Wait
    {
        public abstract Type Type { get; }

        public abstract bool IsOver { get; }

        public abstract void Complete(string? payload);
    }

    private sealed class Wait<T>(DataConverter converter) : Wait
    {
        private readonly TaskCompletionSource<T> completion = new();

        public Task<T> Task => completion.Task;

        public override Type Type => typeof(T);

        public override bool IsOver => completion.Task.IsCompleted;

        public void Cancel(CancellationToken cancellation) => completion.TrySetCanceled(cancellation);

        public override void Complete(string? payload)
        {
            T value;
            try
            {
                value = converter.Deserialize<T>(payload)!;
            }
            catch (Exception error)
            {
                completion.TrySetException(error);
                return;
            }

            completion.TrySetResult(value);
        }
    }
}
