namespace AgentFunctions.Runs;

/// <summary>A run within its tree.</summary>
internal static class RunTree
{
    /// <summary>The run and its descendants out of the whole tree of its root, parents before their children.</summary>
    public static IReadOnlyList<RunRecord> Below(string runId, IReadOnlyList<RunRecord> tree)
    {
        var children = tree.Where(run => run.ParentRunId is not null).ToLookup(run => run.ParentRunId!, StringComparer.Ordinal);
        var found = tree.Where(run => run.RunId == runId).ToList();
        for (var index = 0; index < found.Count; index++)
        {
            found.AddRange(children[found[index].RunId]);
        }

        return found;
    }
}
