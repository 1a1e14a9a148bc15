using System.Text.Json;
using LogisticsStorm.Network;
using LogisticsStorm.Routing;

namespace LogisticsStorm.Tests.Network;

public sealed class StormScenarioTests
{
    private static readonly StormScenario Storm = StormScenario.Generate(42, 450, TenantShare.Sample);

    [Fact]
    public void The_same_seed_gives_the_same_storm_and_another_seed_another_one()
    {
        Assert.Equal(Text(Storm), Text(StormScenario.Generate(42, 450, TenantShare.Sample)));
        Assert.NotEqual(Text(Storm), Text(StormScenario.Generate(43, 450, TenantShare.Sample)));
    }

    [Fact]
    public void The_storm_leads_to_as_many_requests_as_were_asked_for_each_for_cargo_of_its_own_whose_booking_no_longer_holds()
    {
        Assert.Equal(450, Storm.Requests.Count);
        Assert.Equal(450, Storm.Requests.DistinctBy(request => request.Cargo.Id).Count());
        Assert.All(Storm.Requests, request => Assert.NotNull(Itinerary.Problem(request.Cargo, request.Cargo.Booked, Storm.Storm)));
    }

    [Fact]
    public void Each_request_names_an_alert_that_hits_the_booking()
    {
        var alerts = Storm.Alerts.ToDictionary(alert => alert.Id, StringComparer.Ordinal);
        Assert.All(Storm.Requests, request => Assert.Contains(request.Cargo.Booked, id => alerts[request.AlertId].Hits(Storm.Departures[id])));
    }

    [Fact]
    public void In_fair_weather_every_booking_works_and_meets_its_deadline()
    {
        var calm = new Timetable(Storm.Network.Departures);
        Assert.All(Storm.Cargo.Values, cargo => Assert.Null(Itinerary.Problem(cargo, cargo.Booked, calm)));
    }

    [Fact]
    public void Each_tenant_has_its_share()
    {
        var counts = Storm.Requests.CountBy(request => request.Cargo.Tenant).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(TenantShare.Sample.Select(share => share.Tenant).Order(StringComparer.Ordinal), counts.Keys.Order(StringComparer.Ordinal));
        Assert.All(TenantShare.Sample, share => Assert.InRange(counts[share.Tenant] * 100 / 450, share.Percent - 8, share.Percent + 8));
    }

    [Fact]
    public void An_alert_closes_legs_or_slows_them_and_leaves_the_others_alone()
    {
        Assert.Contains(Storm.Alerts, alert => alert.SlowedPercent is null);
        Assert.Contains(Storm.Alerts, alert => alert.SlowedPercent is > 0);
        Assert.All(Storm.Network.Departures, departure =>
        {
            var hits = Storm.Alerts.Where(alert => alert.Hits(departure)).ToList();
            var left = Storm.Storm.Find(departure.Id);
            Assert.Equal(hits.Exists(alert => alert.SlowedPercent is null), left is null);
            Assert.True(hits.Count > 0 || left == departure);
            Assert.True(hits.Count == 0 || left is null || left.ArrivesAt > departure.ArrivesAt);
        });
    }

    [Fact]
    public void A_storm_of_ten_times_the_requests_has_ten_times_the_trucks_on_the_same_map()
    {
        var large = StormScenario.Generate(42, 4_500, TenantShare.Sample);
        Assert.Equal(Storm.Network.Places, large.Network.Places);
        Assert.Equal(Storm.Network.Vehicles.Count * 10, large.Network.Vehicles.Count);
        Assert.Equal(4_500, large.Requests.Count);
    }

    private static string Text(StormScenario storm) =>
        JsonSerializer.Serialize(new { storm.Network, storm.Alerts, Cargo = storm.Cargo.Values, storm.Requests });
}
