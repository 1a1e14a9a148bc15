using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace AgentFunctions.Runs.Branches;

/// <summary>
/// A fencing token: the orchestration for which the present invocation works. An activity may still be under way, or even begin, when
/// its run was rolled back; what it then finds or commits must not count on the new branch.
/// </summary>
public static class InvocationBranch
{
    private static readonly AsyncLocal<string?> Instance = new();

    /// <summary>The branch of that run for which the present invocation works; <see langword="null"/> where it does not work for one.</summary>
    /// <param name="runId">The run.</param>
    public static int? Of(string runId) => Instance.Value is { } instance && RunInstances.RunsOf(instance).Contains(runId, StringComparer.Ordinal)
        ? RunInstances.BranchOf(instance)
        : null;

    /// <summary>Whether the present invocation works for a branch of the run that was abandoned.</summary>
    /// <param name="run">The run as it is now.</param>
    public static bool IsAbandoned(RunRecord run) => Of(run.RunId) is { } branch && branch != run.Branch;

    /// <summary>Runs something as an invocation for an orchestration.</summary>
    /// <param name="instanceId">The orchestration's instance id.</param>
    /// <param name="work">What is run.</param>
    public static async Task RunAsync(string? instanceId, Func<Task> work)
    {
        // The method is asynchronous, so the value does not leave it.
        Instance.Value = instanceId;
        await work();
    }
}

/// <summary>Notes for each activity the orchestration that has called it, which the Durable extension gives as binding data.</summary>
internal sealed class InvocationBranchMiddleware : IFunctionsWorkerMiddleware
{
    private const string InstanceId = "instanceId";

    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) =>
        context.BindingContext.BindingData.GetValueOrDefault(InstanceId) is string instanceId
            ? InvocationBranch.RunAsync(instanceId, () => next(context))
            : next(context);
}
