using LogisticsStorm.Network;

namespace LogisticsStorm.Driver.Carriers;

/// <summary>How a simulated carrier behaves towards one cargo.</summary>
/// <param name="IsDown">It never answers but with 503.</param>
/// <param name="Refusals">Attempts at first that it answers with 503.</param>
/// <param name="SlowFirst">Whether the first attempt takes longer than a tool may wait.</param>
/// <param name="LatencyMs">How long every answer takes, in milliseconds.</param>
internal sealed record CarrierMood(bool IsDown, int Refusals, bool SlowFirst, int LatencyMs);

/// <summary>Which simulated carriers fail or are slow: drawn from the seed, the desk and the cargo alone.</summary>
/// <param name="seed">The seed.</param>
internal sealed class CarrierFaults(int seed)
{
    /// <summary>How long an answer takes that is too slow: longer than <see cref="StormCommand"/> lets the tools wait.</summary>
    public static readonly TimeSpan TooSlow = TimeSpan.FromSeconds(4);

    /// <summary>The mood of a desk towards a cargo.</summary>
    /// <param name="desk">Such as <c>quotes</c>.</param>
    /// <param name="cargoId">The cargo.</param>
    public CarrierMood Of(string desk, string cargoId)
    {
        var dice = Dice.For(seed, $"{desk}/{cargoId}");
        var (draw, latency) = (dice.Next(100), dice.Between(5, 60));
        return draw switch
        {
            < 3 => new CarrierMood(IsDown: true, 0, SlowFirst: false, latency),
            < 15 => new CarrierMood(IsDown: false, dice.Between(1, 2), SlowFirst: false, latency),
            < 20 => new CarrierMood(IsDown: false, 0, SlowFirst: true, latency),
            _ => new CarrierMood(IsDown: false, 0, SlowFirst: false, latency),
        };
    }
}
