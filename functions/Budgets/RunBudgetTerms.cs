using AgentFunctions.Agents;

namespace AgentFunctions.Budgets;

/// <summary>What a run's orchestrator knows of its budget.</summary>
/// <param name="Limits">The run's own limits.</param>
/// <param name="AlertAt">Share of a limit at which the alert is raised.</param>
/// <param name="PauseExpiry">How long a pause may last before the run expires; <see langword="null"/> for ever.</param>
/// <param name="Spent">What the run and its descendants had spent before this orchestration began.</param>
public sealed record RunBudgetTerms(BudgetLimits Limits, decimal AlertAt, TimeSpan? PauseExpiry, Amounts Spent)
{
    private const int TokensOfAPrompt = 8_000;
    private const int CallsOfATurn = 4;
    private const int StepsAtATime = 16;
    private const long SecondsAtATime = 24 * 60 * 60;

    /// <summary>
    /// What an agent holds at a time: <see cref="AgentLimits.ReserveUsd"/>, and of all that is counted so much that it is the money
    /// that runs out first. It is only a matter of how often is asked: whatever is capped is shared out in smaller parts.
    /// </summary>
    /// <param name="limits">The agent's bounds.</param>
    public static Amounts Portion(AgentLimits limits) => new()
    {
        Usd = limits.ReserveUsd,
        ModelCalls = limits.MaxTurns,
        Tokens = (long)limits.MaxTurns * (limits.MaxOutputTokens + TokensOfAPrompt),
        ToolCalls = (long)limits.MaxTurns * CallsOfATurn,
        Steps = StepsAtATime,
        Seconds = SecondsAtATime,
    };
}
