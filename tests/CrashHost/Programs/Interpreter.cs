using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace CrashHost.Programs;

/// <summary>Runs steps with a real orchestration context.</summary>
internal sealed class Interpreter(TaskOrchestrationContext context, string root)
{
    public Task<string> RunAsync(Step step, string path) => step switch
    {
        Sequence sequence => SequenceAsync(sequence, path),
        Together together => TogetherAsync(together, path),
        Graph graph => GraphAsync(graph, path),
        Activity activity => ActivityAsync(activity, path),
        Delay delay => DelayAsync(delay),
        CancelledTimer => CancelledTimerAsync(path),
        Events events => EventsAsync(events, path),
        ClientEvent => context.WaitForExternalEvent<string>(Names.Event(path)),
        MissingEvent missing => MissingEventAsync(missing, path),
        Child child => ChildAsync(child, path),
        EntityCall call => EntityCallAsync(call, path),
        EntitySignal signal => EntitySignalAsync(signal, path),
        CriticalSection section => CriticalSectionAsync(section, path),
        Throw => throw new InvalidOperationException(Names.Failure(path)),
        Try attempt => TryAsync(attempt, path),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private async Task<string> SequenceAsync(Sequence sequence, string path)
    {
        var results = new List<string>();
        foreach (var (index, step) in sequence.Steps.Index())
        {
            results.Add(await RunAsync(step, Names.Part(path, index)));
        }

        return $"({string.Join(' ', results)})";
    }

    private async Task<string> TogetherAsync(Together together, string path)
    {
        // An async lambda: a step that throws at once must not keep the others from being started.
        var results = await Task.WhenAll(together.Steps.Select(async (step, index) => await RunAsync(step, Names.Part(path, index))).ToList());
        return $"[{string.Join(' ', results)}]";
    }

    private async Task<string> GraphAsync(Graph graph, string path)
    {
        var nodes = new List<Task<string>>();
        foreach (var (index, node) in graph.Nodes.Index())
        {
            nodes.Add(NodeAsync(node, [.. node.After.Select(before => nodes[before])], Names.Part(path, index)));
        }

        return $"<{string.Join(' ', await Task.WhenAll(nodes))}>";
    }

    private async Task<string> NodeAsync(Node node, IReadOnlyList<Task> before, string path)
    {
        await Task.WhenAll(before);
        return await RunAsync(node.Body, path);
    }

    private Task<string> ActivityAsync(Activity activity, string path)
    {
        var retry = new RetryPolicy(activity.Attempts, TimeSpan.FromMilliseconds(1));
        return context.CallActivityAsync<string>(
            nameof(ProgramFunctions.Job), new Job(root, path, activity.Failures, activity.Succeeds), new TaskOptions(retry));
    }

    private async Task<string> DelayAsync(Delay delay)
    {
        var dueAt = context.CurrentUtcDateTime.AddMilliseconds(delay.Milliseconds);
        await context.CreateTimer(dueAt, CancellationToken.None);
        return context.CurrentUtcDateTime >= dueAt ? "fired" : "fired early";
    }

    private async Task<string> CancelledTimerAsync(string path)
    {
        using var cancel = new CancellationTokenSource();
        var timer = context.CreateTimer(TimeSpan.FromDays(3), cancel.Token);
        var result = await ActivityAsync(new Activity(0, 1), path);
        cancel.Cancel();
        try
        {
            await timer;
            return $"{result} fired";
        }
        catch (OperationCanceledException)
        {
            return $"{result} cancelled";
        }
    }

    private async Task<string> EventsAsync(Events events, string path)
    {
        async Task<string> SendAsync()
        {
            try
            {
                return await RunAsync(events.BeforeSending, Names.Part(path, 0));
            }
            finally
            {
                for (var i = 0; i < events.Count; i++)
                {
                    context.SendEvent(context.InstanceId, Names.Event(path), i);
                }
            }
        }

        async Task<string> WaitAsync()
        {
            var before = await RunAsync(events.BeforeWaiting, Names.Part(path, 1));
            var seen = new List<int>();
            for (var i = 0; i < events.Count; i++)
            {
                seen.Add(await context.WaitForExternalEvent<int>(Names.Event(path).ToUpperInvariant()));
            }

            return $"{before} {string.Join(',', seen)}";
        }

        return string.Join('|', await Task.WhenAll(SendAsync(), WaitAsync()));
    }

    private async Task<string> MissingEventAsync(MissingEvent missing, string path)
    {
        try
        {
            return await context.WaitForExternalEvent<string>(Names.Event(path), TimeSpan.FromMilliseconds(missing.Milliseconds));
        }
        catch (OperationCanceledException)
        {
            return "timed out";
        }
    }

    private Task<string> ChildAsync(Child child, string path)
    {
        var input = new Run(child.Body, root, path, 0);
        return child.HasGivenId
            ? context.CallSubOrchestratorAsync<string>(
                nameof(ProgramFunctions.Interpret), input, new SubOrchestrationOptions(instanceId: Names.ChildId(context.InstanceId, path)))
            : context.CallSubOrchestratorAsync<string>(nameof(ProgramFunctions.Interpret), input);
    }

    private async Task<string> EntityCallAsync(EntityCall call, string path) =>
        await context.Entities.CallEntityAsync<string>(Id(call.Entity), call.Fails ? "WriteAndFail" : "Write", path);

    private async Task<string> EntitySignalAsync(EntitySignal signal, string path)
    {
        var options = signal.DelayMilliseconds == 0
            ? null
            : new SignalEntityOptions { SignalTime = new DateTimeOffset(context.CurrentUtcDateTime.AddMilliseconds(signal.DelayMilliseconds)) };
        await context.Entities.SignalEntityAsync(Id(signal.Entity), "Write", path, options);
        return "signalled";
    }

    /// <summary>In an orchestration of its own: an orchestration has at most one critical section at a time.</summary>
    private Task<string> CriticalSectionAsync(CriticalSection section, string path) =>
        context.CallSubOrchestratorAsync<string>(nameof(ProgramFunctions.Isolate), new Section(root, path, section.Entities));

    private async Task<string> TryAsync(Try attempt, string path)
    {
        string failure;
        try
        {
            return await RunAsync(attempt.Body, Names.Part(path, 0));
        }
        catch (Exception error) when (error is TaskFailedException or EntityOperationFailedException or InvalidOperationException)
        {
            failure = Failures.MessageOf(error);
        }

        return $"{{{failure}: {await RunAsync(attempt.Otherwise, Names.Part(path, 1))}}}";
    }

    private EntityInstanceId Id(int entity) => new(Names.Entity, Names.EntityKey(root, entity));
}

/// <summary>A critical section's orchestration.</summary>
public sealed record Section(string Root, string Path, int[] Entities);
