using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Http;

/// <summary>Bounds of requests.</summary>
/// <param name="MaxBodyBytes">Most bytes of a body. Setting <c>Limits:MaxBodyBytes</c>, default 10 MB.</param>
public sealed record HttpLimits(long MaxBodyBytes = 10L * 1024 * 1024)
{
    /// <summary>Most bytes of a run's goal, in UTF-8.</summary>
    public const int MaxGoalBytes = 100 * 1024;

    /// <summary>Most bytes of any other text, in UTF-8.</summary>
    public const int MaxTextBytes = 4 * 1024;

    /// <summary>Most USD of a budget: sums of budgets stay far from the end of a decimal.</summary>
    public const decimal MaxUsd = 1_000_000_000m;

    /// <summary>Greatest number of tokens, calls or steps of a budget.</summary>
    public const long MaxCount = 1_000_000_000_000_000;

    /// <summary>The limits of the app's settings.</summary>
    /// <param name="configuration">The settings.</param>
    public static HttpLimits From(IConfiguration configuration)
    {
        var defaults = new HttpLimits();
        return new HttpLimits(configuration.GetValue<long?>("Limits:MaxBodyBytes") ?? defaults.MaxBodyBytes);
    }
}
