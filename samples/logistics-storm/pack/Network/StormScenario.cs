using LogisticsStorm.Routing;

namespace LogisticsStorm.Network;

/// <summary>What a monitoring agent reports: an alert, and cargo that it leaves without a working route.</summary>
/// <param name="AlertId">The alert.</param>
/// <param name="Cargo">The cargo.</param>
public sealed record ReplanningRequest(string AlertId, Cargo Cargo);

/// <summary>A storm over a network, made out of a seed alone.</summary>
public sealed class StormScenario
{
    /// <summary>Requests for which the smallest network has capacity.</summary>
    private const int RequestsPerScale = 450;

    private StormScenario(RouteNetwork network, IReadOnlyList<WeatherAlert> alerts, IReadOnlyList<Cargo> cargo, Timetable storm)
    {
        Network = network;
        Alerts = alerts;
        Cargo = cargo.ToDictionary(each => each.Id, StringComparer.Ordinal);
        Storm = storm;
        Departures = network.Departures.ToDictionary(departure => departure.Id, StringComparer.Ordinal);
        Vehicles = network.Vehicles.ToDictionary(vehicle => vehicle.Id, StringComparer.Ordinal);
        Requests = [.. cargo.Select(RequestFor).OfType<ReplanningRequest>()];
        var affected = Requests.ToLookup(request => request.AlertId, request => request.Cargo, StringComparer.Ordinal);
        AffectedBy = alerts.ToDictionary(
            alert => alert.Id,
            alert => (IReadOnlyList<Cargo>)[.. affected[alert.Id].OrderBy(each => each.Priority).ThenBy(each => each.Deadline)],
            StringComparer.Ordinal);
    }

    /// <summary>The network.</summary>
    public RouteNetwork Network { get; }

    /// <summary>The alerts.</summary>
    public IReadOnlyList<WeatherAlert> Alerts { get; }

    /// <summary>All cargo by id, also what the storm leaves alone.</summary>
    public IReadOnlyDictionary<string, Cargo> Cargo { get; }

    /// <summary>What still leaves in this weather, and when it arrives.</summary>
    public Timetable Storm { get; }

    /// <summary>Every departure by id, as scheduled.</summary>
    public IReadOnlyDictionary<string, Departure> Departures { get; }

    /// <summary>Every truck by id.</summary>
    public IReadOnlyDictionary<string, Vehicle> Vehicles { get; }

    /// <summary>For each alert the cargo whose booking no longer holds and meets it first, most urgent first.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Cargo>> AffectedBy { get; }

    /// <summary>What the monitoring agent asks for, in the order in which it notices.</summary>
    public IReadOnlyList<ReplanningRequest> Requests { get; }

    /// <summary>Makes a scenario. The same arguments give the same scenario.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="requests">How many requests the storm leads to, from 1.</param>
    /// <param name="tenants">Whose cargo it is; the first has most of it.</param>
    public static StormScenario Generate(int seed, int requests, IReadOnlyList<TenantShare> tenants)
    {
        var network = NetworkGenerator.Generate(seed, scale: (requests + RequestsPerScale - 1) / RequestsPerScale);
        var alerts = AlertGenerator.Generate(seed, network);
        var storm = new Timetable(network.Departures.Select(departure => In(alerts, departure)).OfType<Departure>());
        var cargo = new CargoGenerator(seed, network, storm, tenants).Generate(requests);
        return new StormScenario(network, alerts, cargo, storm);
    }

    private static Departure? In(IReadOnlyList<WeatherAlert> alerts, Departure departure) =>
        alerts.Aggregate((Departure?)departure, (left, alert) => left is null ? null : alert.On(left));

    /// <summary>The request for cargo whose booking no longer holds, by the first alert that it meets.</summary>
    private ReplanningRequest? RequestFor(Cargo cargo) => Itinerary.Problem(cargo, cargo.Booked, Storm) is null
        ? null
        : cargo.Booked
            .Select(id => Alerts.FirstOrDefault(alert => alert.Hits(Departures[id])))
            .OfType<WeatherAlert>()
            .Select(alert => new ReplanningRequest(alert.Id, cargo))
            .First();
}

/// <summary>A tenant's part of the cargo.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Percent">Its part.</param>
/// <param name="Weight">Its share of the slots beside others that have runs waiting.</param>
public sealed record TenantShare(string Tenant, int Percent, int Weight)
{
    /// <summary>The tenants of the sample: one with many requests, one with some, one with few.</summary>
    public static IReadOnlyList<TenantShare> Sample { get; } = [new("atlas", 60, 2), new("boreas", 30, 1), new("ceres", 10, 1)];
}
