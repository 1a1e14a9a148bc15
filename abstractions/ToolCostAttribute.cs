namespace AgentFunctions;

/// <summary>What one call of a tool spends, for policies that put spending before humans or deny it.</summary>
/// <param name="usd">USD per call; not negative.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolCostAttribute(double usd) : Attribute
{
    /// <summary>USD per call.</summary>
    public decimal Usd { get; } = usd >= 0 && double.IsFinite(usd) ? (decimal)usd : throw new ArgumentOutOfRangeException(nameof(usd), usd, "A cost is a number from 0.");
}
