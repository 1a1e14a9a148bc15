using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentFunctions.Models.Simulated;

/// <summary>How the simulated model misbehaves.</summary>
/// <param name="LatencyMs">How long an answer takes, in milliseconds.</param>
/// <param name="ErrorRate">Part of the calls that end with a server error, from 0 to 1.</param>
/// <param name="RateLimitRate">Part of the calls that are refused for load, from 0 to 1.</param>
/// <param name="BadJsonRate">Part of the text answers that are cut off in the middle, so that their JSON is broken, from 0 to 1.</param>
/// <param name="Seed">Changes which calls are hit.</param>
internal sealed record Simulation(int LatencyMs = 0, double ErrorRate = 0, double RateLimitRate = 0, double BadJsonRate = 0, int Seed = 0)
{
    /// <summary>
    /// Whether something happens to a call. Decided by the seed, the call's key and its attempt alone: a retry draws anew,
    /// and a replay of the same attempt draws the same.
    /// </summary>
    /// <param name="what">What may happen; draws of different things are independent.</param>
    /// <param name="rate">How often, from 0 to 1.</param>
    /// <param name="callKey">The call's idempotency key.</param>
    /// <param name="attempt">The attempt, from 1.</param>
    public bool Hits(string what, double rate, string callKey, int attempt)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Seed}\n{what}\n{attempt}\n{callKey}");
        var bits = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return (bits >> 11) * (1.0 / (1UL << 53)) < rate;
    }
}

/// <summary>What a script changes of the configured <see cref="Simulation"/>; <see langword="null"/> leaves it.</summary>
/// <param name="LatencyMs">See <see cref="Simulation.LatencyMs"/>.</param>
/// <param name="ErrorRate">See <see cref="Simulation.ErrorRate"/>.</param>
/// <param name="RateLimitRate">See <see cref="Simulation.RateLimitRate"/>.</param>
/// <param name="BadJsonRate">See <see cref="Simulation.BadJsonRate"/>.</param>
internal sealed record SimulationChange(int? LatencyMs = null, double? ErrorRate = null, double? RateLimitRate = null, double? BadJsonRate = null)
{
    /// <summary>The configured simulation with this change.</summary>
    /// <param name="configured">As configured.</param>
    public Simulation On(Simulation configured) => configured with
    {
        LatencyMs = LatencyMs ?? configured.LatencyMs,
        ErrorRate = ErrorRate ?? configured.ErrorRate,
        RateLimitRate = RateLimitRate ?? configured.RateLimitRate,
        BadJsonRate = BadJsonRate ?? configured.BadJsonRate,
    };
}
