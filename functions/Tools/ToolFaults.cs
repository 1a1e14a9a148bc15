using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AgentFunctions.Tools;

/// <summary>Makes tools fail on purpose, so that retries and replans show. The same seed gives the same faults.</summary>
/// <remarks>
/// One draw decides for a whole call, from the seed, the tool, the run and the idempotency key, and never from the attempt:
/// a faulty call fails at every attempt and ends as failed for good, at exactly the configured rate. (Drawn per attempt, a
/// rate of 0.3 under four attempts would leave 0.8 % of calls failed, and replanning would hardly ever be seen.)
/// A replanned call has another key, so it draws anew.
/// </remarks>
/// <param name="rates">For each faulty tool, the part of its calls that fail, from 0 to 1.</param>
/// <param name="seed">Changes which calls fail.</param>
internal sealed class ToolFaults(IReadOnlyDictionary<string, double> rates, int seed)
{
    /// <summary>Whether a call fails.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="context">Where the call stands.</param>
    public bool Hits(string tool, ToolContext context) =>
        rates.TryGetValue(tool, out var rate) && Draw(tool, context) < rate;

    /// <summary>A number from 0 up to, but not including, 1.</summary>
    private double Draw(string tool, ToolContext context)
    {
        var text = string.Join('\n', seed.ToString(System.Globalization.CultureInfo.InvariantCulture), tool, context.RunId, context.IdempotencyKey);
        var bits = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return (bits >> 11) * (1.0 / (1UL << 53));
    }
}
