using System.Diagnostics.Metrics;
using AgentFunctions.Budgets;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Telemetry;

/// <summary>
/// Gauges of what there is: runs that have not ended, by status; what waits to be admitted, and since when; runs that wait for budget, by
/// the level whose limit is reached. Read from the stores twice a minute, so every process shows the same; what is
/// counted is counted by indexes, and only runs that wait for budget are read.
/// </summary>
/// <param name="runs">The runs.</param>
/// <param name="waiting">What waits to be admitted.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The app's log.</param>
internal sealed class RunGauges(IRunStore runs, IWaitingList waiting, TimeProvider time, ILogger<RunGauges> logger) : BackgroundService
{
    /// <summary>The name of the gauge of runs by status.</summary>
    public const string Runs = "agentfunctions.runs";

    /// <summary>The name of the gauge of runs that wait for budget.</summary>
    public const string BudgetPaused = "agentfunctions.budget.paused_runs";

    /// <summary>The name of the gauge of runs that wait to be admitted.</summary>
    public const string QueueDepth = "agentfunctions.queue.depth";

    /// <summary>The name of the gauge of how long the first of them has waited, in seconds.</summary>
    public const string QueueAge = "agentfunctions.queue.age";

    private const int PageSize = 1_000;
    private const int MostRuns = 100 * PageSize;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Meter meter = new(TelemetryNames.Source);
    private volatile Reading last = new([], [], [], []);

    /// <summary>Reads the stores.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var unfinished = await runs.CountUnfinishedAsync(cancellationToken);
        var paused = new Dictionary<BudgetScope, long>();
        if (unfinished.GetValueOrDefault(RunStatus.Paused) > 0)
        {
            await foreach (var run in runs.AllAsync(new RunQuery(Status: RunStatus.Paused, PageSize: PageSize), cancellationToken).Take(MostRuns))
            {
                if (run.Shortage is { } shortage)
                {
                    paused[shortage.Level] = paused.GetValueOrDefault(shortage.Level) + 1;
                }
            }
        }

        var (counts, now) = (await waiting.CountAsync(cancellationToken), time.GetUtcNow());
        last = new Reading(
            [.. RunRecord.Unfinished.Select(status => new Measurement<long>(
                unfinished.GetValueOrDefault(status), new KeyValuePair<string, object?>(TelemetryNames.RunStatus, Words.Of(status))))],
            [.. Enum.GetValues<BudgetScope>().Select(level => new Measurement<long>(
                paused.GetValueOrDefault(level), new KeyValuePair<string, object?>("agentfunctions.budget.level", Words.Of(level))))],
            [.. counts.Select(each => new Measurement<long>(each.Count, Tags(each)))],
            [.. counts.Select(each => new Measurement<double>(Math.Max(0, (now - each.Oldest).TotalSeconds), Tags(each)))]);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        meter.CreateObservableGauge(Runs, () => last.ByStatus, "{run}", "Runs that have not ended, without child runs.");
        meter.CreateObservableGauge(BudgetPaused, () => last.Paused, "{run}", "Runs that wait for budget.");
        meter.CreateObservableGauge(QueueDepth, () => last.Depth, "{run}", "Runs that wait to be admitted.");
        meter.CreateObservableGauge(QueueAge, () => last.Age, "s", "How long the first of them has waited.");
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                try
                {
                    await ReadAsync(stoppingToken);
                }
                catch (Exception error) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.LogWarning(error, "The gauges of runs could not be read; they show what they showed before.");
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("The gauges of runs end.");
        }
    }

    private static KeyValuePair<string, object?>[] Tags(WaitingCount count) =>
        [new(TelemetryNames.Tenant, count.Tenant), new("agentfunctions.priority", Words.Of(count.Priority))];

    private sealed record Reading(
        IReadOnlyList<Measurement<long>> ByStatus,
        IReadOnlyList<Measurement<long>> Paused,
        IReadOnlyList<Measurement<long>> Depth,
        IReadOnlyList<Measurement<double>> Age);
}
