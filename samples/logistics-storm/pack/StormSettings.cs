using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace LogisticsStorm;

/// <summary>Settings of the pack, section <c>LogisticsStorm</c>.</summary>
/// <param name="Seed"><c>Seed</c>: which storm it is. Default 42.</param>
/// <param name="Requests"><c>Requests</c>: how many requests the storm leads to; trucks and capacities grow with it. Default 450.</param>
/// <param name="CarriersUrl"><c>CarriersUrl</c>: where carriers give quotes and take notifications. Default <c>http://127.0.0.1:7381</c>.</param>
/// <param name="Ledger"><c>Ledger</c>: the ledger of dispatches. Default <c>dispatches.jsonl</c> in the <c>DataDirectory</c>.</param>
public sealed record StormSettings(int Seed, int Requests, Uri CarriersUrl, string Ledger)
{
    /// <summary>The default of <see cref="Seed"/>.</summary>
    public const int DefaultSeed = 42;

    /// <summary>The default of <see cref="Requests"/>.</summary>
    public const int DefaultRequests = 450;

    /// <summary>Most requests of one storm.</summary>
    public const int MaxRequests = 100_000;

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A value is wrong; the message names the setting.</exception>
    public static StormSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("LogisticsStorm");
        var data = configuration["DataDirectory"] is { Length: > 0 } folder ? folder : ".agentfunctions";
        return new StormSettings(
            Number(section, "Seed", int.MinValue, int.MaxValue, DefaultSeed),
            Number(section, "Requests", 1, MaxRequests, DefaultRequests),
            section["CarriersUrl"] is { Length: > 0 } url ? Url(url) : new Uri("http://127.0.0.1:7381"),
            section["Ledger"] is { Length: > 0 } ledger ? ledger : Path.Combine(data, "dispatches.jsonl"));
    }

    private static int Number(IConfigurationSection section, string name, int least, int most, int otherwise) => section[name] switch
    {
        null or "" => otherwise,
        { } text when int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        _ => throw new InvalidOperationException(
            string.Create(CultureInfo.InvariantCulture, $"The setting LogisticsStorm:{name} must be a whole number from {least} to {most}.")),
    };

    private static Uri Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? new Uri(text)
        : throw new InvalidOperationException("The setting LogisticsStorm:CarriersUrl must be an absolute http or https URL.");
}
