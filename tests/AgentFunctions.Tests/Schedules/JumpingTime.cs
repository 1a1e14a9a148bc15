using System.Diagnostics;
using AgentFunctions.Replay.Engine;

namespace AgentFunctions.Tests.Schedules;

/// <summary>A clock that goes on by itself and can be put forward; timers that it jumps over end at once.</summary>
public sealed class JumpingTime : TimeProvider, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly VirtualTime time;
    private readonly Timer pump;
    private long last = Stopwatch.GetTimestamp();

    public JumpingTime(DateTimeOffset start)
    {
        time = new VirtualTime(start);
        pump = new Timer(_ => Jump(Elapsed()), state: null, Tick, Tick);
    }

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);

    /// <summary>Puts it forward.</summary>
    public void Jump(TimeSpan by) => time.Advance(time.GetUtcNow() + by);

    /// <summary>Puts it forward to a moment.</summary>
    public void JumpTo(DateTimeOffset moment) => time.Advance(moment);

    public void Dispose() => pump.Dispose();

    private TimeSpan Elapsed() => Stopwatch.GetElapsedTime(Interlocked.Exchange(ref last, Stopwatch.GetTimestamp()));
}
