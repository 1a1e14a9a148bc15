using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Budgets;

namespace AgentFunctions.Http.Requests;

/// <summary>Reads <c>limits: {usd, tokens, modelCalls, toolCalls, steps, wallClock}</c> of a body.</summary>
internal static class LimitsBody
{
    private const string Usd = "usd";
    private const string WallClock = "wallClock";
    private const decimal MostSeconds = 10L * 366 * 24 * 60 * 60;

    private static readonly IReadOnlyDictionary<string, BudgetKind> Fields =
        Amounts.Kinds.ToDictionary(Words.Of, StringComparer.Ordinal);

    /// <summary>The limits that a body gives; the others stay as they are, and null takes a limit away.</summary>
    /// <param name="body">The body.</param>
    /// <param name="name">The field.</param>
    /// <param name="current">The limits as they are.</param>
    /// <param name="mayLiftUsd">Whether the limit in USD may be taken away.</param>
    public static BudgetLimits Limits(this JsonBody body, string name, BudgetLimits current, bool mayLiftUsd = true)
    {
        if (body.Object(name) is not { } given)
        {
            return current;
        }

        foreach (var (field, value) in given)
        {
            var at = $"{name}.{JsonShape.Shown(field)}";
            if (!Fields.TryGetValue(field, out var kind))
            {
                body.Wrong(at, $"There is no such limit; there are {string.Join(", ", Fields.Keys)}.");
            }
            else if (value is null)
            {
                current = mayLiftUsd || kind != BudgetKind.Usd ? With(current, kind, null) : Refused(body, at, current, "A thread always has one.");
            }
            else
            {
                current = Read(field, value) is { } limit ? With(current, kind, limit) : Refused(body, at, current, Rule(field));
            }
        }

        return current;
    }

    private static BudgetLimits Refused(JsonBody body, string at, BudgetLimits current, string problem)
    {
        body.Wrong(at, problem);
        return current;
    }

    private static BudgetLimits With(BudgetLimits limits, BudgetKind changed, decimal? limit) =>
        BudgetLimits.Of(kind => kind == changed ? limit : limits[kind]);

    private static decimal? Read(string field, JsonNode value)
    {
        if (field == WallClock)
        {
            return value.GetValueKind() == JsonValueKind.String
                && Iso8601Duration.Parse(value.GetValue<string>()) is { TotalSeconds: >= 0 } duration
                && duration.TotalSeconds <= (double)MostSeconds
                ? (decimal)Math.Floor(duration.TotalSeconds)
                : null;
        }

        return value.GetValueKind() == JsonValueKind.Number
            && JsonSerializer.SerializeToElement(value).TryGetDecimal(out var number)
            && number >= 0m
            && (field == Usd ? number <= HttpLimits.MaxUsd : number <= HttpLimits.MaxCount && decimal.IsInteger(number))
            ? number
            : null;
    }

    private static string Rule(string field) => field switch
    {
        Usd => FormattableString.Invariant($"It is a number of US dollars from 0 to {HttpLimits.MaxUsd}."),
        WallClock => "It is a duration by ISO 8601 of at most ten years, such as PT10M.",
        _ => FormattableString.Invariant($"It is a whole number from 0 to {HttpLimits.MaxCount}."),
    };
}
