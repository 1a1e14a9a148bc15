using System.Runtime.CompilerServices;
using AgentFunctions.Runs;

namespace AgentFunctions.Storage;

/// <summary>Reads runs beyond one page.</summary>
internal static class RunStoreReading
{
    /// <summary>All runs that a query asks for, in its order.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="query">Which ones, from its cursor on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<RunRecord> AllAsync(
        this IRunStore runs, RunQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await runs.ListAsync(query, cancellationToken);
            foreach (var run in page.Runs)
            {
                yield return run;
            }

            query = query with { Cursor = page.Cursor };
        }
        while (query.Cursor is not null);
    }
}
