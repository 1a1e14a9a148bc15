using AgentFunctions.Runs;

namespace AgentFunctions.Budgets;

/// <summary>Keys of commits that many children may make at once for the same change of their supervisor.</summary>
internal static class PauseKeys
{
    /// <summary>The same for all who have seen the run in the same state, so that one of them changes it.</summary>
    /// <param name="run">The run as it was seen.</param>
    public static string OfState(RunRecord run) => FormattableString.Invariant($"pause/{run.Status}/{run.UpdatedAt.UtcTicks}");
}
