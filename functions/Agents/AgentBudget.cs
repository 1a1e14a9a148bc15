using System.Text.Json.Serialization;
using AgentFunctions.Budgets;

namespace AgentFunctions.Agents;

/// <summary>What each run of an agent may use, with its descendants, and how the agent meets the end of a budget.</summary>
public sealed record AgentBudget
{
    /// <summary>The limits of each run; those of a request count as well, and the tighter ones win.</summary>
    public BudgetLimits Limits { get; init; } = BudgetLimits.None;

    /// <summary>Share of the run's own limits at which the alert is raised; by default that of the app's settings.</summary>
    public decimal? AlertAt { get; init; }

    /// <summary>How long a pause may last before the run expires; by default that of the app's settings.</summary>
    [JsonConverter(typeof(Iso8601Duration))]
    public TimeSpan? PauseExpiry { get; init; }

    /// <summary>Whether the model is told at each turn what is left of the budget. Default no.</summary>
    public bool TellModel { get; init; }

    /// <summary>Whether the model gets one turn to sum up before a pause. Default no.</summary>
    public bool WrapUp { get; init; }
}
