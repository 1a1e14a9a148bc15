using AgentFunctions.Queue;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Queue;

/// <summary>A run of a simulation. Times in seconds.</summary>
internal sealed record SimulatedRun(
    string Id, string Tenant, double Arrival, double Duration, RunPriority Priority = RunPriority.Normal, string Agent = "agent", string? Department = null)
{
    public double? Start { get; set; }

    public double End => (Start ?? double.PositiveInfinity) + Duration;
}

/// <summary>
/// The admission's own code under a virtual clock: what arrives waits in a list in memory, what is admitted holds its slot for its
/// duration. Nothing sleeps and nothing is drawn at random here.
/// </summary>
internal sealed class AdmissionSimulation
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly AdmissionSettings settings;
    private readonly Dictionary<string, SimulatedRun> runs;
    private readonly Dictionary<string, SortedSet<WaitingRun>> lanes = new(StringComparer.Ordinal);
    private readonly PriorityQueue<SimulatedRun, double> arrivals = new();
    private readonly PriorityQueue<SimulatedRun, double> ends = new();

    public AdmissionSimulation(AdmissionSettings settings, IReadOnlyCollection<SimulatedRun> runs)
    {
        this.settings = settings;
        this.runs = runs.ToDictionary(run => run.Id, StringComparer.Ordinal);
        arrivals.EnqueueRange(runs.Select(run => (run, run.Arrival)));
    }

    /// <summary>The admission's state.</summary>
    public AdmissionState State { get; private set; } = new();

    /// <summary>Seconds since the beginning.</summary>
    public double Now { get; private set; }

    /// <summary>Runs that wait.</summary>
    public IEnumerable<SimulatedRun> Waiting => lanes.Values.SelectMany(lane => lane).Select(run => runs[run.RunId]);

    /// <summary>Runs that hold a slot.</summary>
    public IEnumerable<SimulatedRun> Running => State.Running.Keys.Select(id => runs[id]);

    /// <summary>Tenants that have runs waiting.</summary>
    public IEnumerable<string> Backlogged => Waiting.Select(run => run.Tenant).Distinct();

    /// <summary>Slot seconds that a tenant has had.</summary>
    public double Served(string tenant) => runs.Values
        .Where(run => run.Tenant == tenant && run.Start <= Now)
        .Sum(run => Math.Min(Now, run.End) - run.Start!.Value);

    /// <summary>Goes on to the next arrival or end and admits; <see langword="false"/> where there is none.</summary>
    public bool Step()
    {
        var next = Math.Min(Next(arrivals), Next(ends));
        if (double.IsPositiveInfinity(next))
        {
            return false;
        }

        Now = next;
        while (Next(ends) <= Now)
        {
            State = State.Free(settings, ends.Dequeue().Id, At(Now));
        }

        while (Next(arrivals) <= Now)
        {
            Enqueue(arrivals.Dequeue());
        }

        Admit();
        return true;
    }

    /// <summary>Goes on to the end.</summary>
    public AdmissionSimulation Finish()
    {
        while (Step())
        {
        }

        return this;
    }

    private static DateTimeOffset At(double seconds) => Epoch.AddSeconds(seconds);

    private static double Next(PriorityQueue<SimulatedRun, double> events) =>
        events.TryPeek(out _, out var time) ? time : double.PositiveInfinity;

    private void Enqueue(SimulatedRun run)
    {
        var since = At(run.Arrival);
        var waiting = new WaitingRun(run.Id, run.Tenant, run.Department, run.Agent, [], run.Priority, since, run.Id)
        {
            Rank = settings.Rank(run.Priority, since, goesOn: false),
        };
        if (!lanes.TryGetValue(waiting.Lane, out var lane))
        {
            lanes.Add(waiting.Lane, lane = new SortedSet<WaitingRun>(Comparer<WaitingRun>.Create(
                (one, other) => (one.Rank, one.RunId).CompareTo((other.Rank, other.RunId)))));
        }

        lane.Add(waiting);
    }

    private void Admit()
    {
        var round = new AdmissionRound(settings, State, At(Now));
        round.Add(lanes.Values.SelectMany(lane => lane.Take(round.Room + 1)).ToList());
        while (round.Next() is { } next)
        {
            lanes[next.Lane].Remove(next);
            var isLast = round.Admit(next);
            if (isLast)
            {
                round.Add(lanes[next.Lane].Take(round.Room + 1).ToList());
            }

            var run = runs[next.RunId];
            run.Start = Now;
            ends.Enqueue(run, run.End);
        }

        State = round.End();
    }
}
