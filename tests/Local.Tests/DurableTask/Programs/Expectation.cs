using CrashHost.Programs;

namespace Local.Tests.DurableTask.Programs;

/// <summary>What a program must do, worked out without an engine.</summary>
internal sealed class Expectation
{
    private readonly Dictionary<string, int> executions = new(StringComparer.Ordinal);

    private Expectation(Workflow workflow)
    {
        var (outcome, writes) = Of(workflow, string.Empty);
        Outcome = outcome;
        Writes = writes;
    }

    public Outcome Outcome { get; }

    /// <summary>How often each activity is executed when nothing interrupts it.</summary>
    public IReadOnlyDictionary<string, int> Executions => executions;

    public Writes Writes { get; }

    public static Expectation Of(Workflow workflow) => new(workflow);

    private (Outcome Outcome, Writes Writes) Of(Workflow workflow, string path)
    {
        var parts = new List<Writes>();
        var last = new Outcome(string.Empty, null);
        foreach (var (index, step) in workflow.Generations.Index())
        {
            (last, var writes) = Of(step, $"{path}g{index}");
            parts.Add(writes);
            if (last.HasFailed)
            {
                break;
            }
        }

        return (last, new InOrder(parts));
    }

    private (Outcome Outcome, Writes Writes) Of(Step step, string path) => step switch
    {
        Sequence sequence => OfSequence(sequence, path),
        Together together => OfTogether(together, path),
        Graph graph => OfGraph(graph, path),
        Activity activity => (OfActivity(activity, path), Writes.None),
        Delay => (new Outcome("fired", null), Writes.None),
        CancelledTimer => (OfActivity(new Activity(0, 1), path) with { Output = $"{path} cancelled" }, Writes.None),
        Events events => OfEvents(events, path),
        ClientEvent => (new Outcome(path, null), Writes.None),
        MissingEvent => (new Outcome("timed out", null), Writes.None),
        Child child => Of(child.Body, path),
        EntityCall { Fails: true } => (Outcome.FailureOf(path), Writes.None),
        EntityCall call => (new Outcome(path, null), new OneWrite(call.Entity, path, IsDelayed: false)),
        EntitySignal signal => (new Outcome("signalled", null), new OneWrite(signal.Entity, path, signal.DelayMilliseconds > 0)),
        CriticalSection section => (
            new Outcome("isolated", null),
            new InOrder([.. section.Entities.Select(entity => new OneWrite(entity, path, IsDelayed: false))])),
        Throw => (Outcome.FailureOf(path), Writes.None),
        Try attempt => OfTry(attempt, path),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private (Outcome Outcome, Writes Writes) OfSequence(Sequence sequence, string path)
    {
        var outputs = new List<string>();
        var parts = new List<Writes>();
        foreach (var (index, step) in sequence.Steps.Index())
        {
            var (outcome, writes) = Of(step, Names.Part(path, index));
            parts.Add(writes);
            if (outcome.HasFailed)
            {
                return (outcome, new InOrder(parts));
            }

            outputs.Add(outcome.Output!);
        }

        return (new Outcome($"({string.Join(' ', outputs)})", null), new InOrder(parts));
    }

    private (Outcome Outcome, Writes Writes) OfTogether(Together together, string path)
    {
        var parts = together.Steps.Select((step, index) => Of(step, Names.Part(path, index))).ToList();
        var failed = parts.Find(part => part.Outcome.HasFailed).Outcome;
        return (
            failed ?? new Outcome($"[{string.Join(' ', parts.Select(part => part.Outcome.Output))}]", null),
            new InAnyOrder([.. parts.Select(part => part.Writes)]));
    }

    private (Outcome Outcome, Writes Writes) OfGraph(Graph graph, string path)
    {
        var parts = new List<(Outcome Outcome, Writes Writes)>();
        foreach (var (index, node) in graph.Nodes.Index())
        {
            var before = node.After.Select(each => parts[each].Outcome).FirstOrDefault(outcome => outcome.HasFailed);
            parts.Add(before is null ? Of(node.Body, Names.Part(path, index)) : (before, Writes.None));
        }

        var failed = parts.Find(part => part.Outcome.HasFailed).Outcome;
        return (
            failed ?? new Outcome($"<{string.Join(' ', parts.Select(part => part.Outcome.Output))}>", null),
            new InGraph([.. parts.Select(part => part.Writes)], [.. graph.Nodes.Select(node => node.After)]));
    }

    private Outcome OfActivity(Activity activity, string path)
    {
        executions.Add(path, Math.Min(activity.Failures + 1, activity.Attempts));
        return activity.Succeeds ? new Outcome(path, null) : Outcome.FailureOf(path);
    }

    private (Outcome Outcome, Writes Writes) OfEvents(Events events, string path)
    {
        var (sent, sentWrites) = Of(events.BeforeSending, Names.Part(path, 0));
        var (waited, waitedWrites) = Of(events.BeforeWaiting, Names.Part(path, 1));
        var writes = new InAnyOrder([sentWrites, waitedWrites]);
        if (sent.HasFailed || waited.HasFailed)
        {
            return (sent.HasFailed ? sent : waited, writes);
        }

        return (new Outcome($"{sent.Output}|{waited.Output} {string.Join(',', Enumerable.Range(0, events.Count))}", null), writes);
    }

    private (Outcome Outcome, Writes Writes) OfTry(Try attempt, string path)
    {
        var (tried, writes) = Of(attempt.Body, Names.Part(path, 0));
        if (!tried.HasFailed)
        {
            return (tried, writes);
        }

        var (otherwise, otherWrites) = Of(attempt.Otherwise, Names.Part(path, 1));
        var outcome = otherwise.HasFailed ? otherwise : new Outcome($"{{{tried.Failure}: {otherwise.Output}}}", null);
        return (outcome, new InOrder([writes, otherWrites]));
    }
}

/// <summary>A text, or the message of a failure.</summary>
internal sealed record Outcome(string? Output, string? Failure)
{
    public bool HasFailed => Failure is not null;

    public static Outcome FailureOf(string path) => new(null, Names.Failure(path));
}
