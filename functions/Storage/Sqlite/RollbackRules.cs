using AgentFunctions.Runs;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>Where a run can be returned to.</summary>
internal static class RollbackRules
{
    /// <summary>Where a checkpoint leads, or why the run cannot be returned to it.</summary>
    public static RollbackTarget Target(SqlSession session, RunRecord run, long number)
    {
        var checkpoint = Find(session, run.RunId, number);
        var position = checkpoint is null ? 0 : CommitTable.PositionOf(session, run.RunId, checkpoint.Key, checkpoint.Branch);
        var target = RollbackCommits.Target(run, number, checkpoint, position);
        return target.Problem is null ? Obstacle(session, run) ?? target : target;
    }

    /// <summary>A checkpoint; <see langword="null"/> where there is none of that number.</summary>
    public static Checkpoint? Find(SqlSession session, string runId, long number) => session.First(
        "SELECT body FROM checkpoints WHERE run_id = $run AND number = $number",
        Record.Read<Checkpoint>,
        ("$run", runId),
        ("$number", number));

    /// <summary>The newest checkpoint before a step began.</summary>
    public static Checkpoint? BeforeStep(SqlSession session, string runId, string stepId)
    {
        var began = session.First(
            "SELECT min(number) FROM commits WHERE run_id = $run AND substr(key, 1, length($step)) = $step",
            row => row.IsDBNull(0) ? 0 : row.GetInt64(0),
            ("$run", runId),
            ("$step", $"{stepId}/"));
        return session
            .Query("SELECT body FROM checkpoints WHERE run_id = $run ORDER BY number DESC", Record.Read<Checkpoint>, ("$run", runId))
            .FirstOrDefault(checkpoint => CommitTable.PositionOf(session, runId, checkpoint.Key, checkpoint.Branch) is > 0 and var position
                && position < began);
    }

    /// <summary>A run with all of its tree.</summary>
    public static IReadOnlyList<RunRow> Tree(SqlSession session, string rootRunId) => session.Query(
        $"SELECT {RunRow.Columns} FROM runs WHERE root_run_id = $root ORDER BY run_id", RunRow.Read, ("$root", rootRunId));

    /// <summary>A run and its descendants.</summary>
    public static IReadOnlyList<RunRow> Below(IReadOnlyList<RunRow> tree, string runId)
    {
        var rows = tree.ToDictionary(row => row.Run.RunId, StringComparer.Ordinal);
        return [.. RunTree.Below(runId, [.. tree.Select(row => row.Run)]).Select(run => rows[run.RunId])];
    }

    /// <summary>
    /// Tells the runs that there were at a place from those that were spawned after it. A fan-out is there once its spawning was
    /// committed: what it had created before that would be run by nobody.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="below">A run and its descendants, supervisors first.</param>
    /// <param name="position">The place.</param>
    public static (IReadOnlyList<RunRow> There, IReadOnlyList<RunRow> Spawned) AtPosition(
        SqlSession session, IReadOnlyList<RunRow> below, long position)
    {
        var (there, spawned) = (new List<RunRow>(), new List<RunRow>());
        foreach (var row in below)
        {
            var isThere = row == below[0]
                || (there.Exists(above => above.Run.RunId == row.Run.ParentRunId && above.Run.Branch <= row.Run.Branch)
                    && CommitTable.PositionOf(session, row.Run.ParentRunId!, $"{row.Run.ParentStepId}/spawn") is > 0 and var spawn
                    && spawn <= position);
            (isThere ? there : spawned).Add(row);
        }

        return (there, spawned);
    }

    /// <summary>The files are the thread's: nobody else may be working with them while they are returned to what they were.</summary>
    private static RollbackTarget? Obstacle(SqlSession session, RunRecord run)
    {
        var tree = Tree(session, run.RootRunId);
        var inside = Below(tree, run.RunId).Select(row => row.Run.RunId).ToHashSet(StringComparer.Ordinal);
        for (var above = run; above.ParentRunId is { } parent;)
        {
            above = tree.Single(row => row.Run.RunId == parent).Run;
            if (above.IsFinished || above.RollingBackTo is not null)
            {
                return RollbackCommits.SupervisorGone(parent);
            }

            inside.Add(parent);
        }

        var other = session
            .Query(
                """
                SELECT run_id FROM runs WHERE thread_id = $thread AND status NOT IN ('completed', 'failed', 'canceled', 'expired')
                """,
                row => row.GetString(0),
                ("$thread", run.ThreadId))
            .Find(runId => !inside.Contains(runId));
        return other is null ? null : RollbackCommits.FilesInUse(other);
    }
}
