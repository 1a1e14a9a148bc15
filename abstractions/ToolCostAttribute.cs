namespace AgentFunctions;

/// <summary>
/// What one call of a tool costs, at most. So much is reserved in the budgets of its run before the call; a call that succeeds costs that,
/// and one that fails nothing, unless the tool says otherwise by <see cref="ToolContext.ReportCost"/>. Policies may put dear calls before
/// humans or deny them.
/// </summary>
/// <param name="usd">USD per call, from 0 to a billion; rounded to nine decimals.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolCostAttribute(double usd) : Attribute
{
    private const double MostUsd = 1_000_000_000;
    private const int UsdDecimals = 9;

    /// <summary>USD per call.</summary>
    public decimal Usd { get; } = usd is >= 0 and <= MostUsd
        ? decimal.Round((decimal)usd, UsdDecimals)
        : throw new ArgumentOutOfRangeException(nameof(usd), usd, "A cost is a number from 0 to a billion.");
}
