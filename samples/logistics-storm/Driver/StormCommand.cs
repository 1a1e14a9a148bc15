using System.Diagnostics;
using System.Globalization;
using LogisticsStorm.Dispatching;
using LogisticsStorm.Driver.Carriers;
using LogisticsStorm.Driver.Following;
using LogisticsStorm.Driver.Hosting;
using LogisticsStorm.Driver.Totals;
using LogisticsStorm.Network;
using Spectre.Console;

namespace LogisticsStorm.Driver;

/// <summary>The storm, through the app's front door.</summary>
internal static class StormCommand
{
    /// <summary>USD for each request: far more than one needs, so that money is not what this is about.</summary>
    private const decimal BudgetPerRequestUsd = 0.05m;

    /// <summary>How far urgent runs may get ahead of their tenant's share: see <see cref="AgentFunctions.Queue.AdmissionSettings.AdvanceSeconds"/>.</summary>
    private const int AdvanceSeconds = 10;

    /// <summary>Shorter than <see cref="CarrierFaults.TooSlow"/>.</summary>
    private const int ToolTimeoutSeconds = 2;

    public static async Task<int> RunAsync(StormOptions options, CancellationToken cancellationToken)
    {
        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(options.Json ? Console.Error : Console.Out) });
        if (!screen.Profile.Capabilities.Ansi)
        {
            // A file or a pipe has no width to wrap at.
            screen.Profile.Width = 240;
        }

        try
        {
            var session = Session.Open(options);
            var totals = await PlayAsync(screen, options, session, cancellationToken);
            (session with { Finished = true }).Save(options.Data);
            TotalsView.Print(screen, totals, options.Json);
            return totals.Holds ? ExitCodes.Holds : ExitCodes.Failed;
        }
        catch (StormException problem)
        {
            screen.MarkupLineInterpolated($"[red]{problem.Message}[/]");
            return ExitCodes.Failed;
        }
    }

    private static async Task<StormTotals> PlayAsync(IAnsiConsole screen, StormOptions options, Session session, CancellationToken cancellationToken)
    {
        var scenario = Generate(options);
        var folder = Path.Combine(options.Data, session.StormId);
        await using var carriers = await SimulatedCarriers.StartAsync(scenario, options.Seed, cancellationToken);
        await using var host = await HostProcess.StartAsync(
            new HostTerms(folder, [.. Settings(options, folder, carriers.Address)], options.HeapMb, options.Verbose), cancellationToken);
        screen.MarkupLineInterpolated($"Function app on [blue]{host.Address}[/], simulated carriers on [blue]{carriers.Address}[/], data in [blue]{folder}[/]");
        screen.MarkupLineInterpolated(
            $"{scenario.Network.Places.Count} places, {scenario.Network.Departures.Count} departures, {scenario.Network.Vehicles.Count} trucks, {scenario.Alerts.Count} weather alerts, {scenario.Requests.Count} requests");

        using var api = new ApiClient(host.Address);

        // Connections of its own, because all of the others are busy while the requests are sent.
        using var many = new ApiClient(host.Address);
        var threads = await OpenThreadsAsync(api, session, scenario, cancellationToken);
        await using var memory = new MemoryTrack(() => (host.Starts, host.MemoryBytes));
        var (monitor, follower) = (new MonitoringAgent(many, threads), new Follower(api, host, threads, options.CrashAfter));
        var clock = Stopwatch.StartNew();
        Snapshot? last = null;
        await LiveTable.ShowAsync(screen, async show =>
            last = await follower.FollowAsync(monitor.SendAsync(scenario.Requests, cancellationToken), show, cancellationToken));
        var seconds = clock.Elapsed.TotalSeconds;
        var outcome = new Outcome(
            scenario,
            monitor.Accepted,
            last!,
            await api.ListAskingRunsAsync(cancellationToken),
            DispatchLedger.ReadLines(Path.Combine(folder, "dispatches.jsonl")),
            carriers.Notifications,
            MemoryUse.Of(await memory.EndAsync(), last!.Settled - follower.SettledBefore),
            host.PeakModelCalls,
            options.ModelCalls,
            options.AtOnce,
            FairShares.Of(last!, options.AtOnce, seconds));
        return StormTotals.Of(options, session, outcome, monitor, follower, seconds);
    }

    private static StormScenario Generate(StormOptions options)
    {
        try
        {
            return StormScenario.Generate(options.Seed, options.Requests, TenantShare.Sample);
        }
        catch (InvalidOperationException problem)
        {
            throw new StormException(problem.Message);
        }
    }

    /// <summary>One thread for each tenant: the case is the storm. Opening it again changes nothing.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> OpenThreadsAsync(
        ApiClient api, Session session, StormScenario scenario, CancellationToken cancellationToken)
    {
        var threads = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (tenant, requests) in scenario.Requests.CountBy(request => request.Cargo.Tenant).OrderBy(count => count.Key, StringComparer.Ordinal))
        {
            threads[tenant] = $"{session.StormId}-{tenant}";
            await api.CreateThreadAsync(threads[tenant], tenant, Math.Max(1m, requests * BudgetPerRequestUsd), cancellationToken);
        }

        return threads;
    }

    private static IEnumerable<string> Settings(StormOptions options, string folder, Uri carriers)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"--LogisticsStorm:Seed={options.Seed}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--LogisticsStorm:Requests={options.Requests}");
        yield return $"--LogisticsStorm:CarriersUrl={carriers}";
        yield return $"--Models:Table={LimitedModels.Write(folder, options.ModelCalls)}";
        yield return string.Create(CultureInfo.InvariantCulture, $"--Models:Simulated:LatencyMs={options.ModelLatencyMs}");
        foreach (var tool in (string[])["quote_cost", "dispatch_vehicle", "notify_customer"])
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--Tools:Timeouts:{tool}={ToolTimeoutSeconds}");
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"--Admission:Total={options.AtOnce}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--Admission:PerTenant={options.AtOnce}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--Admission:AdvanceSeconds={AdvanceSeconds}");
        foreach (var tenant in TenantShare.Sample)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--Admission:Tenants:{tenant.Tenant}:Weight={tenant.Weight}");
        }

        yield return $"--Logging:LogLevel:Default={(options.Verbose ? "Information" : "Error")}";
    }
}
