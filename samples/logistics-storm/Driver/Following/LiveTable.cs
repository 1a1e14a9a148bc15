using System.Globalization;
using Spectre.Console;

namespace LogisticsStorm.Driver.Following;

/// <summary>Shows where the runs stand: drawn in place on a terminal, line by line elsewhere.</summary>
internal static class LiveTable
{
    /// <summary>Does something that shows snapshots while it goes on.</summary>
    /// <param name="screen">Where they are shown.</param>
    /// <param name="work">What is done.</param>
    public static Task ShowAsync(IAnsiConsole screen, Func<Action<Snapshot, string>, Task> work)
    {
        if (screen.Profile.Capabilities.Ansi)
        {
            return screen.Live(new Text("")).StartAsync(live => work((snapshot, note) => live.UpdateTarget(new Rows(Draw(snapshot), new Text(note)))));
        }

        var last = ("", "");
        return work((snapshot, note) =>
        {
            var next = (Describe(snapshot), note);
            foreach (var line in new[] { note != last.Item2 ? note : "", next.Item1 != last.Item1 ? next.Item1 : "" }.Where(line => line.Length > 0))
            {
                screen.WriteLine(line);
            }

            last = next;
        });
    }

    /// <summary>The table.</summary>
    /// <param name="snapshot">What it shows.</param>
    public static Table Draw(Snapshot snapshot)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns("Tenant", "Queued", "Admitted", "Running", "Waiting", "Done", "Failed", "Cost USD", "Wait p95 s", "p50 s", "p95 s", "p99 s");
        foreach (var column in table.Columns.Skip(1))
        {
            column.RightAligned();
        }

        foreach (var tenant in snapshot.Tenants)
        {
            table.AddRow(
                Markup.Escape(tenant.Tenant),
                Number(tenant.Queued),
                Number(tenant.Admitted),
                $"[yellow]{Number(tenant.Running)}[/]",
                Number(tenant.Waiting),
                $"[green]{Number(tenant.Completed)}[/]",
                $"[red]{Number(tenant.Failed)}[/]",
                tenant.CostUsd.ToString("0.0000", CultureInfo.InvariantCulture),
                Seconds(tenant.Wait?.P95),
                Seconds(tenant.Latency?.P50),
                Seconds(tenant.Latency?.P95),
                Seconds(tenant.Latency?.P99));
        }

        return table;
    }

    private static string Describe(Snapshot snapshot) => string.Join("; ", snapshot.Tenants.Select(tenant => string.Create(
        CultureInfo.InvariantCulture,
        $"{tenant.Tenant}: {tenant.Queued} queued, {tenant.Admitted} admitted, {tenant.Running} running, {tenant.Waiting} waiting, {tenant.Completed} completed, {tenant.Failed} failed, {tenant.CostUsd:0.0000} USD, p95 {Seconds(tenant.Latency?.P95)} s")));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(double? seconds) => seconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "";
}
