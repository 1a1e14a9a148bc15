using System.Diagnostics;
using AgentFunctions.Benchmarks.Engine;

namespace AgentFunctions.Benchmarks.Soak;

/// <summary>Runs programs on a host that is killed at random moments, and looks for what was lost or done twice.</summary>
internal sealed class SoakRun : IDisposable
{
    private const double EarlyKills = 0.15;
    private static readonly TimeSpan LongestStart = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ComesBackWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(5);

    private readonly SoakOptions options;
    private readonly Action<string> progress;
    private readonly TempFolder folder = new();
    private readonly Door door = new();
    private readonly Problems problems = new();
    private readonly Evidence evidence = new();
    private readonly Random random;
    private readonly ProgramStream stream;
    private readonly ExecutionTally tally;
    private readonly List<double> restarts = [];
    private DateTimeOffset lastLook = DateTimeOffset.MinValue;
    private int keptLines;
    private int kills;

    public SoakRun(SoakOptions options, Action<string> progress)
    {
        this.options = options;
        this.progress = progress;
        random = new Random(options.Seed);
        stream = new ProgramStream(options.Seed, door);
        tally = new ExecutionTally(stream.Of);
    }

    private string Ledger => SoakHost.LedgerOf(folder.Path);

    /// <exception cref="InvalidOperationException">The host did not come back, ended by itself, or answered with an error.</exception>
    public async Task<SoakResult> RunAsync(CancellationToken cancellation)
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var programs = Enumerable.Range(0, options.AtOnce).Select(_ => stream.RunAsync(abandon.Token)).ToList();
        try
        {
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < options.Duration)
            {
                await LiveAndDieAsync(programs, abandon.Token);
                progress($"{clock.Elapsed:hh\\:mm\\:ss}: {kills} kills, {stream.Started} programs started, {stream.Ended} ended");
            }

            stream.Close();
            progress("letting everything end");
            await LiveToTheEndAsync(programs, abandon.Token);
        }
        finally
        {
            await abandon.CancelAsync();
        }

        return await CheckAsync(cancellation);
    }

    public void Dispose()
    {
        door.Dispose();
        folder.Dispose();
    }

    private async Task LiveAndDieAsync(IReadOnlyList<Task> programs, CancellationToken cancellation)
    {
        using var host = ChildHost.Start("soak-host", folder.Path);
        if (random.NextDouble() < EarlyKills)
        {
            await Task.Delay(LongestStart * random.NextDouble(), cancellation);
        }
        else
        {
            await OpenDoorAsync(host, cancellation);
            var ended = await Task.WhenAny([.. programs, Task.Delay(LongestLife * random.NextDouble(), cancellation)]);
            await ended;
        }

        if (host.HasExited)
        {
            throw new InvalidOperationException($"The host ended by itself. {host.Errors}");
        }

        await host.KillAsync();
        door.Close();
        kills++;
        Look();
    }

    private async Task LiveToTheEndAsync(IReadOnlyList<Task> programs, CancellationToken cancellation)
    {
        using var host = ChildHost.Start("soak-host", folder.Path);
        await OpenDoorAsync(host, cancellation);
        try
        {
            await Task.WhenAll(programs).WaitAsync(EndsWithin, cancellation);
            await host.EndAsync(cancellation);
        }
        catch (TimeoutException)
        {
            // What has not ended is found when all programs are checked; requests for it would hold up an orderly end.
            problems.Add($"Programs have not ended {EndsWithin.TotalSeconds:0} s after the last kill.");
            await host.KillAsync();
        }

        door.Close();
        Look();
    }

    private async Task OpenDoorAsync(ChildHost host, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ComesBackWithin);
        try
        {
            var address = await host.LineAsync(limit.Token)
                ?? throw new InvalidOperationException($"The host did not come back after {kills} kills: it ended. {host.Errors}");
            restarts.Add(clock.Elapsed.TotalSeconds);
            door.Open(new Uri(address));
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException(
                $"The host did not come back after {kills} kills: nothing in {ComesBackWithin.TotalSeconds:0} s. {host.Errors}", late);
        }
    }

    /// <summary>Reads what the process that is gone has executed, and what it has stored.</summary>
    private void Look()
    {
        var lines = CrashHost.Programs.Ledger.Read(Ledger);
        tally.Add(lines[keptLines..], evidence, problems);
        var now = DateTimeOffset.UtcNow;
        evidence.Add(StoredEvents.Read(SoakHost.DatabaseOf(folder.Path), lastLook));
        lastLook = now - ClockStep;
        var open = Array.FindAll(lines, line => !evidence.HasEnded(ExecutionTally.Split(line).Root));
        File.WriteAllLines(Ledger, open);
        keptLines = open.Length;
    }

    private async Task<SoakResult> CheckAsync(CancellationToken cancellation)
    {
        progress($"checking {stream.Started} programs");
        if (tally.Total > 0 && evidence.Successes == 0)
        {
            throw new InvalidOperationException("No completed activity was found in the file: this check does not know the form of its histories.");
        }

        var megabytes = Directory.EnumerateFiles(folder.Path, "taskhub.db*").Sum(file => new FileInfo(file).Length) / 1e6;
        OutcomeCheck outcomes;
        var ended = new HashSet<string>(StringComparer.Ordinal);
        await using (var host = await SoakHost.StartAsync(folder.Path, cancellation))
        {
            outcomes = new OutcomeCheck(host.Client, problems);
            await outcomes.SettleAsync(stream.Acknowledged, cancellation);
            foreach (var program in stream.Acknowledged)
            {
                if (await outcomes.CheckAsync(program, cancellation))
                {
                    ended.Add(program.Root);
                }
            }
        }

        Look();
        var (lostExecutions, again) = (0, 0);
        foreach (var program in stream.Acknowledged)
        {
            again += tally.AgainOf(program);
            if (ended.Contains(program.Root) && tally.LostOf(program) is > 0 and var lost)
            {
                lostExecutions += lost;
                problems.Add($"{program.Root}: {lost} executions of its activities are missing");
            }
        }

        var timers = evidence.AnsweredTwice.Count(each => each.Kind == "timerFired");
        foreach (var (instance, kind, task) in evidence.AnsweredTwice)
        {
            problems.Add($"{instance}: its history has {kind} of {task} twice");
        }

        return new SoakResult
        {
            Seed = options.Seed,
            Minutes = options.Duration.TotalMinutes,
            Kills = kills,
            Instances = new Pair(stream.Started, outcomes.Completed),
            LostInstances = outcomes.LostInstances,
            OtherOutcomes = outcomes.OtherOutcomes,
            Executions = tally.Total,
            LostExecutions = lostExecutions,
            ExecutionsInFlightAgain = again - tally.Doubled,
            DoubledExecutions = tally.Doubled,
            UnforeseenExecutions = tally.Unforeseen,
            Writes = outcomes.Writes,
            LostWrites = outcomes.LostWrites,
            DoubledWrites = outcomes.DoubledWrites,
            OtherOrders = outcomes.OtherOrders,
            TimersFired = evidence.TimersFired,
            TimersFiredTwice = timers,
            OthersAnsweredTwice = evidence.AnsweredTwice.Count - timers,
            SuccessesFoundStored = evidence.Successes,
            RestartMedian = Measurement.Median(restarts),
            RestartLongest = restarts.Max(),
            FileMegabytes = megabytes,
            Problems = problems.First,
        };
    }
}

/// <summary>How long a soak takes and what it runs.</summary>
/// <param name="Duration">Until no more programs are started and no more kills made.</param>
/// <param name="Seed">What the programs and the moments of the kills are drawn from.</param>
/// <param name="AtOnce">Programs that run at the same time.</param>
internal sealed record SoakOptions(TimeSpan Duration, int Seed, int AtOnce);
