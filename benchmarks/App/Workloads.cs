using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Benchmarks.App;

/// <summary>The orchestrations that are measured; each step is one trivial activity.</summary>
public static class Workloads
{
    [Function(nameof(Sequence))]
    public static async Task<int> Sequence([OrchestrationTrigger] TaskOrchestrationContext context, int steps)
    {
        var sum = 0;
        for (var step = 0; step < steps; step++)
        {
            sum += await context.CallActivityAsync<int>(nameof(Step), step);
        }

        return sum;
    }

    [Function(nameof(FanOut))]
    public static async Task<int> FanOut([OrchestrationTrigger] TaskOrchestrationContext context, int children)
    {
        var results = await Task.WhenAll(
            Enumerable.Range(0, children).Select(child => context.CallSubOrchestratorAsync<int>(nameof(Sequence), 1)));
        return results.Length;
    }

    [Function(nameof(Park))]
    public static Task<int> Park([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.WaitForExternalEvent<int>("go");

    /// <summary>Grows a history, waits, and goes on step by step.</summary>
    [Function(nameof(Long))]
    public static async Task<int> Long([OrchestrationTrigger] TaskOrchestrationContext context, LongInput input)
    {
        for (var round = 0; round < input.Rounds; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, input.Width).Select(step => context.CallActivityAsync<int>(nameof(Step), step)));
        }

        context.SetCustomStatus("grown");
        await context.WaitForExternalEvent<int>("go");
        await context.CallActivityAsync(nameof(NotedSteps.Mark), context.InstanceId);
        for (var step = 0; step < input.Steps; step++)
        {
            await context.CallActivityAsync<int>(nameof(Step), step);
        }

        await context.CallActivityAsync(nameof(NotedSteps.Mark), context.InstanceId);
        return input.Steps;
    }

    [Function(nameof(Step))]
    public static int Step([ActivityTrigger] int number) => number;

    /// <summary>As <see cref="Sequence"/>, with steps that leave a note of each execution.</summary>
    [Function(nameof(NotedSequence))]
    public static async Task<int> NotedSequence([OrchestrationTrigger] TaskOrchestrationContext context, int steps)
    {
        var sum = 0;
        for (var step = 0; step < steps; step++)
        {
            sum += await context.CallActivityAsync<int>(nameof(NotedSteps.Note), new NotedStep(context.InstanceId, step));
        }

        return sum;
    }
}

public sealed record LongInput(int Rounds, int Width, int Steps);
