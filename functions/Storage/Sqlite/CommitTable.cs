using System.Globalization;
using AgentFunctions.Runs;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>
/// The commits of runs, in the order in which they were made. A commit of an abandoned branch is kept, but under a key that nobody
/// looks for.
/// </summary>
internal static class CommitTable
{
    /// <summary>The key of the commit that a run's first event comes with.</summary>
    public const string CreationKey = "run.created";

    /// <summary>Begins keys of abandoned branches; no other key begins so.</summary>
    private const char HiddenMark = '~';

    private const string IsVisible = "substr(key, 1, 1) <> '~'";

    /// <summary>Adds a commit as the newest of all; <see langword="false"/> where its key was committed before.</summary>
    public static bool TryInsert(SqlSession session, RunCommit commit, int branch) => session.Execute(
        """
        INSERT OR IGNORE INTO commits (run_id, key, result, number, branch, patch)
        VALUES ($run, $key, $result, (SELECT coalesce(max(number), 0) + 1 FROM commits), $branch, $patch)
        """,
        ("$run", commit.RunId),
        ("$key", commit.Key),
        ("$result", commit.Result),
        ("$branch", branch),
        ("$patch", Written(commit.Patch))) == 1;

    /// <summary>The key under which a commit of an abandoned branch is kept.</summary>
    public static string Hidden(string key, int branch) =>
        string.Create(CultureInfo.InvariantCulture, $"{HiddenMark}{branch}/{key}");

    /// <summary>Keeps a run's commits behind a place under keys that nobody looks for.</summary>
    public static void HideAfter(SqlSession session, string runId, long position) => session.Execute(
        $"UPDATE commits SET key = '{HiddenMark}' || branch || '/' || key WHERE run_id = $run AND number > $position AND {IsVisible}",
        ("$run", runId),
        ("$position", position));

    /// <summary>The same for one commit.</summary>
    public static void Hide(SqlSession session, string runId, string key) => session.Execute(
        $"UPDATE commits SET key = '{HiddenMark}' || branch || '/' || key WHERE run_id = $run AND key = $key",
        ("$run", runId),
        ("$key", key));

    /// <summary>The place of a commit of a branch; 0 where it lies on no branch that still counts, or was made by an older version.</summary>
    public static long PositionOf(SqlSession session, string runId, string key, int branch) => session.First(
        "SELECT number FROM commits WHERE run_id = $run AND key = $key AND branch = $branch",
        row => row.GetInt64(0),
        ("$run", runId),
        ("$key", key),
        ("$branch", branch));

    /// <summary>The place of a commit of any branch that still counts; 0 where there is none.</summary>
    public static long PositionOf(SqlSession session, string runId, string key) => session.First(
        "SELECT number FROM commits WHERE run_id = $run AND key = $key", row => row.GetInt64(0), ("$run", runId), ("$key", key));

    /// <summary>What a key has remembered.</summary>
    public static string? ResultOf(SqlSession session, string runId, string key) => session.First(
        "SELECT result FROM commits WHERE run_id = $run AND key = $key",
        row => row.IsDBNull(0) ? null : row.GetString(0),
        ("$run", runId),
        ("$key", key));

    /// <summary>Keys of a run's commits up to a place, on the branches that led there, with the branch of each.</summary>
    public static IReadOnlyDictionary<string, int> KeysUpTo(SqlSession session, string runId, long position) => session
        .Query(
            $"SELECT key, branch FROM commits WHERE run_id = $run AND number <= $position AND {IsVisible}",
            row => KeyValuePair.Create(row.GetString(0), row.GetInt32(1)),
            ("$run", runId),
            ("$position", position))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>The commits of a run whose key ends so, on the branches that led to the present one.</summary>
    public static IReadOnlyList<Commit> Ending(SqlSession session, string runId, string ending) => session.Query(
        $"""
        SELECT key, result, number FROM commits
        WHERE run_id = $run AND substr(key, -length($ending)) = $ending AND {IsVisible} ORDER BY number
        """,
        row => new Commit(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2)),
        ("$run", runId),
        ("$ending", ending));

    /// <summary>The run as it was right after a commit: what it was created as, and every change up to there.</summary>
    /// <param name="session">The session.</param>
    /// <param name="runId">The run.</param>
    /// <param name="position">The place of the commit.</param>
    public static RunRecord StateAt(SqlSession session, string runId, long position)
    {
        var created = session.First("SELECT request FROM runs WHERE run_id = $run", Record.Read<RunRecord>, ("$run", runId))!;
        return session
            .Query(
                $"""
                SELECT patch FROM commits
                WHERE run_id = $run AND number <= $position AND patch IS NOT NULL AND {IsVisible} ORDER BY number
                """,
                Record.Read<RunPatch>,
                ("$run", runId),
                ("$position", position))
            .Aggregate(created, (run, patch) => run.Apply(patch, run.CreatedAt));
    }

    private static string? Written(RunPatch? patch) => patch is null ? null : Record.Write(patch with { AddUsage = null });

    /// <summary>A commit.</summary>
    public sealed record Commit(string Key, string? Result, long Number);
}
