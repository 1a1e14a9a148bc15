using System.Globalization;

namespace LogisticsStorm.Network;

/// <summary>Makes the weather.</summary>
internal static class AlertGenerator
{
    private const int Alerts = 12;
    private const int LastStart = 3 * 24 * 60;

    /// <summary>Alerts over places of the network, within its first days.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="network">The network.</param>
    public static IReadOnlyList<WeatherAlert> Generate(int seed, RouteNetwork network)
    {
        var dice = Dice.For(seed, "weather");
        return [.. Enumerable.Range(1, Alerts).Select(number => Over(number, dice.Pick(network.Places), network, dice))];
    }

    private static WeatherAlert Over(int number, Place place, RouteNetwork network, Dice dice)
    {
        var from = dice.Next(LastStart / 30) * 30;
        return new WeatherAlert(
            string.Create(CultureInfo.InvariantCulture, $"alert-{number}"),
            place.Id,
            [.. network.Legs.Where(leg => leg.From == place.Id || leg.To == place.Id).Select(leg => leg.Id)],
            from,
            from + (dice.Between(8, 30) * 60),
            number % 3 == 0 ? dice.Between(4, 10) * 10 : null);
    }
}
