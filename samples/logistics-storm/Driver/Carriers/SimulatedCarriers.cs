using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LogisticsStorm.Network;
using LogisticsStorm.Routing;
using LogisticsStorm.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LogisticsStorm.Driver.Carriers;

/// <summary>
/// Simulated carriers behind a real HTTP endpoint of this process: they quote routes and take notifications, each once per idempotency key,
/// and some of them fail or are slow. They outlive the kill of the host, as real ones would.
/// </summary>
internal sealed class SimulatedCarriers : IAsyncDisposable
{
    /// <summary>The ports that the pack's policy allows.</summary>
    private static readonly int[] Ports = [7381, 7382, 7383, 7384, 7385, 7386, 7387, 7388];

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, Quote> quotes;
    private readonly ConcurrentDictionary<string, string> notifications;

    private SimulatedCarriers(WebApplication app, Uri address, ConcurrentDictionary<string, Quote> quotes, ConcurrentDictionary<string, string> notifications)
    {
        this.app = app;
        this.quotes = quotes;
        this.notifications = notifications;
        Address = address;
    }

    /// <summary>Where they listen.</summary>
    public Uri Address { get; }

    /// <summary>Quotes given.</summary>
    public int Quotes => quotes.Count;

    /// <summary>The cargo of each notification that was taken.</summary>
    public IReadOnlyList<string> Notifications => [.. notifications.Values];

    /// <summary>Starts them on the first free port.</summary>
    /// <param name="scenario">The storm.</param>
    /// <param name="seed">Which of them fail.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="StormException">No port is free.</exception>
    public static async Task<SimulatedCarriers> StartAsync(StormScenario scenario, int seed, CancellationToken cancellationToken)
    {
        foreach (var port in Ports)
        {
            var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
            var (quotes, notifications) = (new ConcurrentDictionary<string, Quote>(StringComparer.Ordinal), new ConcurrentDictionary<string, string>(StringComparer.Ordinal));
            var built = Build(address, new CarrierAnswers(scenario, new CarrierFaults(seed), quotes, notifications));
            try
            {
                await built.StartAsync(cancellationToken);
                return new SimulatedCarriers(built, address, quotes, notifications);
            }
            catch (IOException)
            {
                // Somebody else has the port.
                await built.DisposeAsync();
            }
        }

        throw new StormException($"None of the ports {Ports[0]} to {Ports[^1]} of 127.0.0.1 is free for the simulated carriers.");
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static WebApplication Build(Uri address, CarrierAnswers answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var built = builder.Build();
        built.MapPost("/quotes", answers.QuoteAsync);
        built.MapGet("/quotes/{id}", answers.Find);
        built.MapPost("/notifications", answers.NotifyAsync);
        return built;
    }
}

/// <summary>What is asked for a quote.</summary>
/// <param name="CargoId">The cargo.</param>
/// <param name="Departures">The route.</param>
internal sealed record QuoteBody(string CargoId, string[] Departures);

/// <summary>What the customer is told.</summary>
/// <param name="CargoId">The cargo.</param>
/// <param name="Message">The text.</param>
internal sealed record NotificationBody(string CargoId, string Message);

/// <summary>The simulated carriers' answers.</summary>
internal sealed class CarrierAnswers(
    StormScenario scenario, CarrierFaults faults, ConcurrentDictionary<string, Quote> quotes, ConcurrentDictionary<string, string> notifications)
{
    private const int MostSurchargePercent = 40;
    private readonly ConcurrentDictionary<string, int> attempts = new(StringComparer.Ordinal);

    public async Task<IResult> QuoteAsync(QuoteBody body, HttpRequest request, CancellationToken cancellationToken)
    {
        if (!scenario.Cargo.TryGetValue(body.CargoId, out var cargo) || Itinerary.Problem(cargo, body.Departures, scenario.Storm) is not null)
        {
            return Results.BadRequest();
        }

        var key = request.Headers["Idempotency-Key"].ToString();
        if (await MisbehaveAsync("quotes", cargo.Id, key, cancellationToken) is { } failure)
        {
            return failure;
        }

        var cents = body.Departures.Sum(id => scenario.Storm.Find(id)!.CentsPerTonne);
        var surcharge = Convert.ToInt32(Id("surcharge", cargo.Id)[^4..], 16) % (MostSurchargePercent + 1);
        var amount = decimal.Round(Money.Freight(cents, cargo.Tonnes) * (100 + surcharge) / 100m, 2);
        var id = Id("quote", key);
        return Results.Json(quotes.GetOrAdd(id, new Quote(id, cargo.Id, body.Departures, amount)));
    }

    public IResult Find(string id) => quotes.TryGetValue(id, out var quote) ? Results.Json(quote) : Results.NotFound();

    public async Task<IResult> NotifyAsync(NotificationBody body, HttpRequest request, CancellationToken cancellationToken)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (await MisbehaveAsync("notifications", body.CargoId, key, cancellationToken) is { } failure)
        {
            return failure;
        }

        notifications.TryAdd(key, body.CargoId);
        return Results.Json(new Notified(Id("notification", key)), statusCode: StatusCodes.Status202Accepted);
    }

    private async Task<IResult?> MisbehaveAsync(string desk, string cargoId, string key, CancellationToken cancellationToken)
    {
        var mood = faults.Of(desk, cargoId);
        var attempt = attempts.AddOrUpdate($"{desk}/{key}", 1, (_, before) => before + 1);
        await Task.Delay(mood.SlowFirst && attempt == 1 ? CarrierFaults.TooSlow : TimeSpan.FromMilliseconds(mood.LatencyMs), cancellationToken);
        return mood.IsDown || attempt <= mood.Refusals ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : null;
    }

    private static string Id(string kind, string key) => $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..24]}";
}
