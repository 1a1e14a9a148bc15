using System.Globalization;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// A commit to a run. Its row lies under its key and its branch, so that a branch that begins behind a rollback commits the same keys
/// again; which of them count, the run's head tells.
/// </summary>
internal sealed record CommitRow(
    string Key, int Branch, long Place, bool IsAbandoned, long LastEvent, string Attempt, TableEntity Entity)
{
    /// <summary>The key of the commit that a run's first event comes with.</summary>
    public const string CreationKey = "run.created";

    /// <summary>Begins the keys that events of abandoned branches name; no other key begins so.</summary>
    public const char HiddenMark = '~';

    /// <summary>What the rows of all commits begin with.</summary>
    public const string Rows = "k:";

    /// <summary>The property that holds the remembered result.</summary>
    public const string Result = "Result";

    /// <summary>The property that holds what the commit has changed of its run.</summary>
    public const string Patch = "Patch";

    private const char BranchMark = '|';

    /// <summary>What is read of a commit where neither its result nor its patch is asked for.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["PartitionKey", "RowKey", nameof(Key), nameof(Branch), nameof(Place), nameof(IsAbandoned), nameof(LastEvent), nameof(Attempt)];

    /// <summary>The row of a commit.</summary>
    public static string RowOf(string key, int branch) => string.Create(CultureInfo.InvariantCulture, $"{AllOf(key)}{branch:D9}");

    /// <summary>What the rows of a key's commits on all branches begin with.</summary>
    public static string AllOf(string key) => $"{Rows}{TableKeys.Encode(key)}{BranchMark}";

    /// <summary>What the rows of all commits begin with whose key begins so.</summary>
    public static string Beginning(string key) => Rows + TableKeys.Encode(key);

    /// <summary>The key by which the events of an abandoned branch name their commit.</summary>
    public static string HiddenKey(string key, int branch) => string.Create(CultureInfo.InvariantCulture, $"{HiddenMark}{branch}/{key}");

    public static CommitRow Read(TableEntity entity) => new(
        entity.GetString(nameof(Key)),
        entity.GetInt32(nameof(Branch))!.Value,
        entity.GetInt64(nameof(Place))!.Value,
        entity.GetBoolean(nameof(IsAbandoned)) ?? false,
        entity.GetInt64(nameof(LastEvent)) ?? 0,
        entity.GetString(nameof(Attempt)),
        entity);

    public static TableEntity Write(string runId, string key, int branch, long place, bool isAbandoned, long lastEvent, string attempt) =>
        new(TableKeys.Partition(runId), RowOf(key, branch))
        {
            [nameof(Key)] = key,
            [nameof(Branch)] = branch,
            [nameof(Place)] = place,
            [nameof(IsAbandoned)] = isAbandoned,
            [nameof(LastEvent)] = lastEvent,
            [nameof(Attempt)] = attempt,
        };
}
