namespace AgentFunctions.Replay.Engine;

/// <summary>The clock of the record: it stands still until it is set, and timers end when it has passed them.</summary>
/// <param name="start">UTC.</param>
public sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<VirtualTimer> timers = [];
    private DateTimeOffset now = start;

    /// <summary>When the next timer ends, UTC; <see langword="null"/> where there is none.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (gate)
            {
                return timers.MinBy(timer => timer.Due)?.Due;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the clock; it never goes back.</summary>
    /// <param name="time">UTC.</param>
    public void Advance(DateTimeOffset time)
    {
        lock (gate)
        {
            now = time > now ? time : now;
        }

        Fire();
    }

    private void Fire()
    {
        while (TakeDue() is { } timer)
        {
            timer.Call();
        }
    }

    private VirtualTimer? TakeDue()
    {
        lock (gate)
        {
            var due = timers.Where(timer => timer.Due <= now).MinBy(timer => timer.Due);
            if (due is not null && !due.Repeat())
            {
                timers.Remove(due);
            }

            return due;
        }
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset Due { get; private set; }

        /// <summary>Whether it goes on.</summary>
        public bool Repeat()
        {
            var goesOn = period > TimeSpan.Zero;
            Due += goesOn ? period : TimeSpan.Zero;
            return goesOn;
        }

        public void Call() => ThreadPool.QueueUserWorkItem(_ => callback(state));

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (time.gate)
            {
                period = newPeriod;
                time.timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time.now + dueTime;
                    time.timers.Add(this);
                }
            }

            time.Fire();
            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
