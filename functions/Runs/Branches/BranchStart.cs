using System.Globalization;

namespace AgentFunctions.Runs.Branches;

/// <summary>What a branch begins with beside the state of its checkpoint.</summary>
/// <param name="PlanHash">Content hash of the plan that takes the place of what was not done yet.</param>
/// <param name="Replans">Whether a planner is asked for such a plan, because it was told something new.</param>
public sealed record BranchStart(string? PlanHash, bool Replans)
{
    /// <summary>The key under which it is remembered.</summary>
    /// <param name="branch">The branch.</param>
    public static string Key(int branch) => string.Create(CultureInfo.InvariantCulture, $"branch/{branch}");
}
