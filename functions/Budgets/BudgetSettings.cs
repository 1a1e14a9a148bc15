using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Budgets;

/// <summary>How budgets work where neither a level nor an agent says otherwise.</summary>
/// <param name="AlertAt">Share of a limit at which the alert is raised. Setting <c>Budgets:AlertAt</c>, above 0 and up to 1; default 0.8.</param>
/// <param name="PauseExpiry">
/// How long a pause may last before the run expires. Setting <c>Budgets:PauseExpiry</c>, a duration by ISO 8601 or <c>never</c>; default <c>P7D</c>.
/// </param>
public sealed record BudgetSettings(decimal AlertAt, TimeSpan? PauseExpiry)
{
    private static readonly TimeSpan DefaultExpiry = TimeSpan.FromDays(7);

    /// <summary>The app's settings.</summary>
    /// <param name="configuration">The settings.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public static BudgetSettings From(IConfiguration configuration)
    {
        var alertAt = configuration.GetValue("Budgets:AlertAt", BudgetAccount.DefaultAlertAt);
        return new BudgetSettings(
            alertAt is > 0m and <= 1m ? alertAt : throw new InvalidOperationException("The setting 'Budgets:AlertAt' is above 0 and up to 1."),
            Expiry(configuration["Budgets:PauseExpiry"]));
    }

    private static TimeSpan? Expiry(string? text) => text switch
    {
        null or "" => DefaultExpiry,
        "never" => null,
        _ => Iso8601Duration.Parse(text) is { } expiry && expiry > TimeSpan.Zero
            ? expiry
            : throw new InvalidOperationException("The setting 'Budgets:PauseExpiry' is a duration by ISO 8601, such as P7D, or 'never'."),
    };
}
