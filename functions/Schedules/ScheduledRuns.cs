using System.Text.Json;
using AgentFunctions.Http.Requests;
using AgentFunctions.Planning;

namespace AgentFunctions.Schedules;

/// <summary>Runs as schedules ask for them: in the same way as callers do.</summary>
internal static class ScheduledRuns
{
    /// <summary>The request for a run.</summary>
    /// <param name="runId">The run; also its idempotency key, so that asking twice comes to one run.</param>
    /// <param name="work">What is run.</param>
    /// <param name="input">Its input.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="deadline">UTC time at which it expires.</param>
    public static RunRequest Request(string runId, ScheduledWork work, JsonElement? input, Plan? plan, DateTimeOffset? deadline) => new(
        runId,
        IdempotencyKey: runId,
        BodyHash: runId,
        work.Agent,
        work.Goal,
        input,
        work.Limits,
        deadline,
        PlanApproval: false,
        ResultApproval: false,
        work.Priority,
        plan);
}
