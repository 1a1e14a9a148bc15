using CrashHost.Programs;
using Microsoft.DurableTask.Converters;

namespace AgentFunctions.Benchmarks.Soak;

/// <summary>
/// Which activities' completions were stored when the host was killed, so that they may not be executed again: those whose success is
/// in a history or in a message, those of an execution that has been continued as new, and those of a program that has ended.
/// </summary>
internal sealed class Evidence
{
    private readonly HashSet<string> succeeded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> replaced = new(StringComparer.Ordinal);
    private readonly HashSet<string> ended = new(StringComparer.Ordinal);
    private readonly HashSet<(string Instance, string Kind, int TaskId)> answeredTwice = [];
    private readonly Dictionary<string, int> failures = new(StringComparer.Ordinal);

    /// <summary>Successes of activities that were seen in the file.</summary>
    public int Successes => succeeded.Count;

    /// <summary>Timers that fired, as the histories of ended instances say.</summary>
    public int TimersFired { get; private set; }

    /// <summary>Timers, activities, children and calls that a history has two answers of.</summary>
    public IReadOnlyCollection<(string Instance, string Kind, int TaskId)> AnsweredTwice => answeredTwice;

    /// <summary>Takes in what the file says after a kill.</summary>
    public void Add(IEnumerable<StoredInstance> instances)
    {
        foreach (var instance in instances)
        {
            Add(instance);
        }
    }

    /// <summary>Whether the end of a program was stored.</summary>
    public bool HasEnded(string root) => ended.Contains(root);

    /// <summary>How often an activity may be executed until the next kill, when it is executed so often without any.</summary>
    public int Allows(string root, string path, int executions) =>
        ended.Contains(root)
        || succeeded.Contains(Ledger.Line(root, path))
        || (replaced.TryGetValue(root, out var prefixes) && prefixes.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal)))
            ? 0
            : executions - failures.GetValueOrDefault(Ledger.Line(root, path));

    private void Add(StoredInstance instance)
    {
        if (instance.HasEnded && ended.Add(instance.Id))
        {
            TimersFired += instance.History.Count(each => each.Kind == "timerFired");
        }

        if (instance.History.FirstOrDefault(each => each is { Kind: "started", Name: nameof(ProgramFunctions.Interpret) }) is { Input: { } input }
            && JsonDataConverter.Default.Deserialize<Execution>(input) is { Generation: > 0 } execution)
        {
            var prefixes = replaced.TryGetValue(execution.Root, out var known) ? known : replaced[execution.Root] = new(StringComparer.Ordinal);
            prefixes.Add($"{execution.Path}g0");
        }

        var jobs = instance.History
            .Where(each => each is { Kind: "taskScheduled", Name: nameof(ProgramFunctions.Job) })
            .ToDictionary(each => each.TaskId!.Value, each => JsonDataConverter.Default.Deserialize<Job>(each.Input)!.Line);
        var answers = instance.History.Concat(instance.Messages).Where(each => each.TaskId is { } id && jobs.ContainsKey(id)).ToList();
        succeeded.UnionWith(answers.Where(each => each.Kind == "taskCompleted").Select(each => jobs[each.TaskId!.Value]));
        foreach (var (line, count) in answers.Where(each => each.Kind == "taskFailed").CountBy(each => jobs[each.TaskId!.Value]))
        {
            failures[line] = count;
        }

        answeredTwice.UnionWith(instance.History
            .Where(each => each.IsAnswer)
            .CountBy(each => (instance.Id, each.Kind, each.TaskId!.Value))
            .Where(each => each.Value > 1)
            .Select(each => each.Key));
    }

    /// <summary>The part of an orchestration's input that tells which of its executions it is.</summary>
    private sealed record Execution(string Root, string Path, int Generation);
}
