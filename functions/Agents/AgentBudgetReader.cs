using AgentFunctions.Budgets;
using AgentFunctions.Yaml;

namespace AgentFunctions.Agents;

/// <summary>Reads the field <c>budget</c> of an agent's definition.</summary>
internal static class AgentBudgetReader
{
    private const decimal MaxUsd = 1_000_000_000m;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Reads the field.</summary>
    /// <param name="value">Its value.</param>
    /// <exception cref="DefinitionException">A field is unknown, or wrong.</exception>
    public static AgentBudget Read(YamlValue value)
    {
        var budget = value.Object();
        var read = new AgentBudget
        {
            Limits = new BudgetLimits
            {
                Usd = budget.Optional("usd")?.Decimal(0m, MaxUsd),
                Tokens = Count(budget.Optional("tokens")),
                ModelCalls = Count(budget.Optional("modelCalls")),
                ToolCalls = Count(budget.Optional("toolCalls")),
                Steps = Count(budget.Optional("steps")),
                WallClock = Duration(budget.Optional("wallClock")),
            },
            AlertAt = budget.Optional("alertAt")?.Decimal(0.01m, 1m),
            PauseExpiry = Duration(budget.Optional("pauseExpiry")),
            TellModel = Flag(budget.Optional("tellModel")),
            WrapUp = Flag(budget.Optional("wrapUp")),
        };
        budget.RefuseOthers();
        return read;
    }

    private static long? Count(YamlValue? value) => value?.Int(0, int.MaxValue);

    private static bool Flag(YamlValue? value) => value?.OneOf(("true", true), ("false", false)) ?? false;

    private static TimeSpan? Duration(YamlValue? value) => value is null ? null
        : Iso8601Duration.Parse(value.Text()) is { } duration && duration >= TimeSpan.FromSeconds(1) && duration <= Longest ? duration
        : throw value.Error("It is a duration by ISO 8601 of at least one second, such as PT10M.");
}
