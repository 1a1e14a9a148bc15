using AgentFunctions.Runs;

namespace AgentFunctions.Models.Deployments;

/// <summary>Asks to call a deployment.</summary>
/// <param name="Priority">How urgent the call's run is.</param>
/// <param name="Tokens">What the call uses of the tokens per minute.</param>
/// <param name="Host">The process that calls.</param>
/// <param name="Ticket">Its number in line, if it has been given one.</param>
/// <param name="Spread">From 0 to below 1, the same for the same call: keeps those apart who are all put off to the horizon.</param>
/// <param name="TakesPlace">Whether it gets in line where it cannot go.</param>
internal sealed record CallAsk(RunPriority Priority, double Tokens, string Host, long? Ticket, double Spread, bool TakesPlace);

/// <summary>What a deployment answers.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>The call may be made now.</summary>
    /// <param name="Permit">What its end is told with.</param>
    internal sealed record Go(CallPermit Permit) : Verdict;

    /// <summary>Not now.</summary>
    /// <param name="Until">UTC time at which to ask again.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Ticket">Its number in line, to be shown when it asks again.</param>
    /// <param name="FailingSince">UTC time since which the deployment fails, if it does.</param>
    /// <param name="Permanent">How it fails, where waiting does not help.</param>
    internal sealed record Wait(
        DateTimeOffset Until, WaitReason Reason, long Ticket, DateTimeOffset? FailingSince = null, PermanentFailure? Permanent = null) : Verdict;
}

/// <summary>A failure that does not pass by itself, such as refused credentials.</summary>
/// <param name="Kind">As <see cref="ModelFailure.Kind"/> says.</param>
/// <param name="Message">One sentence without secrets.</param>
internal sealed record PermanentFailure(string Kind, string Message);

/// <summary>Why a call has to wait.</summary>
internal enum WaitReason
{
    /// <summary>Its provider has refused calls for load, and said until when.</summary>
    RateLimited,

    /// <summary>It has failed too often in a row.</summary>
    Failing,

    /// <summary>What its limits leave to the call's priority is used up for now.</summary>
    Saturated,
}

/// <summary>A call that may be made.</summary>
/// <param name="Generation">How often the rate had been lowered when it began.</param>
/// <param name="IsProbe">Whether it probes an open circuit.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="BeganAt">UTC.</param>
internal sealed record CallPermit(long Generation, bool IsProbe, RunPriority Priority, DateTimeOffset BeganAt);

/// <summary>How a call ended, as far as it says anything of its deployment.</summary>
internal abstract record CallEnd
{
    private CallEnd()
    {
    }

    /// <summary>The provider has answered, be it that the request is wrong.</summary>
    internal sealed record Answered : CallEnd;

    /// <summary>It refused for load.</summary>
    /// <param name="RetryAfter">How long it asks to wait, if it says so.</param>
    /// <param name="SeenPerMinute">Calls of the last minute that this process knows of: the rate, where none is configured.</param>
    internal sealed record Refused(TimeSpan? RetryAfter, double SeenPerMinute) : CallEnd;

    /// <summary>It failed, could not be reached, or did not answer in time.</summary>
    /// <param name="RetryAfter">How long it asks to wait, if it says so.</param>
    /// <param name="Permanent">How, where the same call would fail again.</param>
    internal sealed record Failed(TimeSpan? RetryAfter, PermanentFailure? Permanent = null) : CallEnd;

    /// <summary>The caller gave up; that says nothing of the provider.</summary>
    internal sealed record Withdrawn : CallEnd;
}
