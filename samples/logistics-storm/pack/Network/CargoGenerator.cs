using System.Globalization;
using LogisticsStorm.Routing;

namespace LogisticsStorm.Network;

/// <summary>Books cargo through the network as if there were no storm, until the storm hits so many.</summary>
/// <param name="seed">The seed.</param>
/// <param name="network">The network.</param>
/// <param name="storm">What still leaves in the storm.</param>
/// <param name="tenants">Whose cargo it is.</param>
internal sealed class CargoGenerator(int seed, RouteNetwork network, Timetable storm, IReadOnlyList<TenantShare> tenants)
{
    /// <summary>More cargo than that for each request means a storm that hits nothing.</summary>
    private const int MostPerRequest = 200;
    private const int ReadySlotMinutes = 12 * 60;
    private const int ReadySlots = 4;

    private readonly Timetable calm = new(network.Departures);
    private readonly Dictionary<(string From, string To, int ReadyAt, CargoPriority Priority), Route?> bookings = [];

    /// <summary>The cargo, in order.</summary>
    /// <param name="affected">How much of it the storm must hit.</param>
    /// <exception cref="InvalidOperationException">The storm of this seed hits hardly any cargo.</exception>
    public IReadOnlyList<Cargo> Generate(int affected)
    {
        var dice = Dice.For(seed, "cargo");
        var cargo = new List<Cargo>();
        for (var (hit, tries) = (0, 0); hit < affected; tries++)
        {
            if (tries > affected * MostPerRequest)
            {
                throw new InvalidOperationException($"The storm of seed {seed} hits hardly any cargo. Choose another seed.");
            }

            if (Book(cargo.Count + 1, dice) is { } booked)
            {
                cargo.Add(booked);
                hit += Itinerary.Problem(booked, booked.Booked, storm) is null ? 0 : 1;
            }
        }

        return cargo;
    }

    private Cargo? Book(int number, Dice dice)
    {
        var (from, to) = (dice.Pick(network.Places), dice.Pick(network.Places));
        var priority = dice.Next(100) switch { < 15 => CargoPriority.Urgent, < 75 => CargoPriority.Normal, _ => CargoPriority.Batch };
        var tenant = TenantAt(dice.Next(100));
        var tonnes = dice.Between(1, 12);
        var readyAt = dice.Between(1, ReadySlots) * ReadySlotMinutes;
        return from == to || Route(from.Id, to.Id, readyAt, priority) is not { } route
            ? null
            : new Cargo(
                string.Create(CultureInfo.InvariantCulture, $"cargo-{number}"),
                tenant,
                priority,
                from.Id,
                to.Id,
                tonnes,
                readyAt,
                route.ArrivesAt + SlackMinutes(priority),
                [.. route.Departures.Select(departure => departure.Id)]);
    }

    /// <summary>The cheapest route within the time that the priority grants; what was asked before is remembered.</summary>
    private Route? Route(string from, string to, int readyAt, CargoPriority priority)
    {
        var key = (from, to, readyAt, priority);
        if (!bookings.TryGetValue(key, out var route))
        {
            var query = new RouteQuery(from, to, readyAt, readyAt + TransitMinutes(priority));
            bookings[key] = route = RouteFinder.Find(calm, query, canTake: _ => true);
        }

        return route;
    }

    private string TenantAt(int percent)
    {
        foreach (var share in tenants)
        {
            percent -= share.Percent;
            if (percent < 0)
            {
                return share.Tenant;
            }
        }

        return tenants[^1].Tenant;
    }

    private static int TransitMinutes(CargoPriority priority) => 60 * priority switch
    {
        CargoPriority.Urgent => 36,
        CargoPriority.Normal => 72,
        CargoPriority.Batch => 120,
        _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, "Unknown priority."),
    };

    private static int SlackMinutes(CargoPriority priority) => 60 * priority switch
    {
        CargoPriority.Urgent => 10,
        CargoPriority.Normal => 20,
        CargoPriority.Batch => 36,
        _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, "Unknown priority."),
    };
}
