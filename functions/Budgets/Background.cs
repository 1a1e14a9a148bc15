namespace AgentFunctions.Budgets;

/// <summary>Work of an orchestrator that nobody awaits; its failure fails the orchestrator all the same.</summary>
internal sealed class Background
{
    private readonly TaskCompletionSource failure = new();

    /// <summary>Fails when one of the works fails; never completes otherwise.</summary>
    public Task Failure => failure.Task;

    /// <summary>Starts a work.</summary>
    /// <param name="work">The work.</param>
    public async Task Start(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error)
        {
            failure.TrySetException(error);
        }
    }
}
