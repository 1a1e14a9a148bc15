namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>One run of an orchestrator's code within its invocation, from its start to its end or its unloading.</summary>
internal sealed class OrchestratorCode
{
    private readonly TaskCompletionSource<Func<Task<object?>>> reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<object?> left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OrchestratorScheduler scheduler;
    private Task<object?>? invocation;
    private Task<object?>? code;

    public OrchestratorCode(OrchestratorScheduler scheduler) => this.scheduler = scheduler;

    /// <summary>Whether the code has returned or thrown, or the invocation ended without running it.</summary>
    public bool HasEnded => code is null ? invocation?.IsCompleted == true : code.IsCompleted;

    /// <summary>Begins the invocation and runs the code until it waits.</summary>
    public async Task StartAsync(Func<Func<Func<Task<object?>>, Task<object?>>, Task<object?>> invoke)
    {
        invocation = Task.Run(() => invoke(RunAsync));
        await Task.WhenAny(reached.Task, invocation);
        if (reached.Task.IsCompleted)
        {
            var run = await reached.Task;
            code = scheduler.Start(run);
        }
    }

    /// <summary>The invocation's result, once the code has ended.</summary>
    public async Task<object?> FinishAsync()
    {
        switch (code)
        {
            case null:
                break;
            case { IsCompletedSuccessfully: true }:
                left.TrySetResult(await code);
                break;
            case { IsCanceled: true }:
                left.TrySetException(await Record(code));
                break;
            default:
                left.TrySetException(code.Exception!.InnerExceptions);
                break;
        }

        return await invocation!;
    }

    /// <summary>Lets the invocation end while the code still waits.</summary>
    public void Unload() => left.TrySetResult(null);

    private static async Task<Exception> Record(Task task)
    {
        try
        {
            await task;
            throw new InvalidOperationException("The task was not cancelled.");
        }
        catch (OperationCanceledException error)
        {
            return error;
        }
    }

    private Task<object?> RunAsync(Func<Task<object?>> run)
    {
        reached.TrySetResult(run);
        return left.Task;
    }
}
