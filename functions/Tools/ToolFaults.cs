using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentFunctions.Tools;

/// <summary>Makes tools fail on purpose, so that retries and replans show. The same seed gives the same faults.</summary>
/// <remarks>
/// One draw decides for a whole call, from the seed, the tool, the run and the idempotency key, and never from the attempt:
/// a faulty call fails at every attempt and ends as failed for good, at exactly the configured rate. (Drawn per attempt, a
/// rate of 0.3 under four attempts would leave 0.8 % of calls failed, and replanning would hardly ever be seen.)
/// A replanned call has another key, so it draws anew. The root run's own id, which is new for every run, does not count:
/// the same plan over the same input meets the same faults.
/// </remarks>
/// <param name="rates">For each faulty tool, the part of its calls that fail, from 0 to 1.</param>
/// <param name="seed">Changes which calls fail.</param>
internal sealed partial class ToolFaults(IReadOnlyDictionary<string, double> rates, int seed)
{
    /// <summary>Whether a call fails.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="context">Where the call stands.</param>
    public bool Hits(string tool, ToolContext context) =>
        rates.TryGetValue(tool, out var rate) && Draw(tool, context) < rate;

    /// <summary>Where a run or a call stands in its tree: what follows the root's id.</summary>
    private static string Place(string id) => RootId().Replace(id, "");

    [GeneratedRegex("^run-[0-9a-f]{32}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RootId();

    /// <summary>A number from 0 up to, but not including, 1.</summary>
    private double Draw(string tool, ToolContext context)
    {
        var text = string.Join('\n', seed.ToString(System.Globalization.CultureInfo.InvariantCulture), tool, Place(context.RunId), Place(context.IdempotencyKey));
        var bits = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return (bits >> 11) * (1.0 / (1UL << 53));
    }
}
