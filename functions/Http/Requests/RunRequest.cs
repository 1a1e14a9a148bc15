using System.Text.Json;
using AgentFunctions.Budgets;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Schedules;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Requests;

/// <summary>What <c>POST /threads/{threadId}/runs</c> asks for, checked for itself but not yet against agents and clock.</summary>
internal sealed record RunRequest(
    string RunId,
    string? IdempotencyKey,
    string BodyHash,
    string Agent,
    string Goal,
    JsonElement? Input,
    BudgetLimits Limits,
    DateTimeOffset? Deadline,
    bool PlanApproval,
    bool ResultApproval,
    RunPriority Priority,
    Plan? Plan)
{
    /// <summary>The schedule that asks for it, if one does.</summary>
    public ScheduleOrigin? Schedule { get; init; }

    /// <summary>Who asks, where the platform vouches for them.</summary>
    public string? By { get; init; }

    /// <exception cref="RequestRefusedException">A field is wrong.</exception>
    public static async Task<RunRequest> ReadAsync(
        HttpRequest request, string threadId, HttpLimits limits, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(request.Headers);
        var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
        var agent = body.Id("agent", required: true);
        var goal = body.Text("goal", required: true, HttpLimits.MaxGoalBytes);
        var input = body.Any("input");
        var budgetLimits = body.Limits("limits", new BudgetLimits { Usd = body.Usd("budgetUsd") });
        var deadline = body.Time("deadline");
        var planApproval = body.Flag("planApproval") ?? false;
        var resultApproval = body.Flag("resultApproval") ?? false;
        var priority = body.Choice<RunPriority>("priority") ?? RunPriority.Normal;
        var plan = ReadPlan(body);
        body.Require();
        return new RunRequest(
            key is null ? $"run-{Guid.CreateVersion7():N}" : Identifiers.Derive("run", threadId, key),
            key,
            body.Hash,
            agent!,
            goal!,
            input,
            budgetLimits,
            deadline,
            planApproval,
            resultApproval,
            priority,
            plan);
    }

    /// <summary>The field <c>plan</c>, not yet checked against agents and tools.</summary>
    public static Plan? ReadPlan(JsonBody body)
    {
        if (body.Any("plan") is not { } given)
        {
            return null;
        }

        try
        {
            return given.Deserialize<Plan>(StrictOptions);
        }
        catch (JsonException error)
        {
            var path = error.Path?.TrimStart('$').TrimStart('.') is { Length: > 0 } inner ? $"plan.{inner}" : "plan";
            body.Wrong(path, "It is not what a plan has there: {\"steps\":[{\"id\",\"kind\",...}]}.");
            return null;
        }
    }

    private static JsonSerializerOptions StrictOptions { get; } = new(AgentJson.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };
}
