using AgentFunctions.Http.Views;

namespace AgentFunctions.Http;

/// <summary>The health of a moment ago. Everybody may ask for it, so asking often must not cost the stores anything.</summary>
/// <param name="time">The clock.</param>
public sealed class RecentHealth(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<HealthSummary>? last;
    private long startedAt;

    /// <summary>What a check finds that is under way or began less than a second ago; otherwise that of a new one.</summary>
    /// <param name="check">Checks; it ends by itself, as more than one caller waits for it.</param>
    public Task<HealthSummary> GetAsync(Func<Task<HealthSummary>> check)
    {
        lock (gate)
        {
            if (last is null || (last.IsCompleted && (!last.IsCompletedSuccessfully || time.GetElapsedTime(startedAt) >= Longest)))
            {
                (last, startedAt) = (check(), time.GetTimestamp());
            }

            return last;
        }
    }
}
