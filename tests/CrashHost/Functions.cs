using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace CrashHost;

/// <summary>Orchestrations that use everything that must survive: activities, children, timers, entities, continue-as-new.</summary>
public sealed class Functions : TaskEntity<int>
{
    public const int Instances = 20;
    public const int Steps = 6;
    public const int Children = 3;

    /// <summary>The total that the entity ends with: a signal per step and per child, in each of two executions.</summary>
    public const int Total = Instances * (Steps + Children) * 2;

    [Function("Start")]
    public static async Task<IActionResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "start")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        for (var i = 0; i < Instances; i++)
        {
            if (await client.GetInstanceAsync($"crash-{i}", request.HttpContext.RequestAborted) is null)
            {
                await client.ScheduleNewOrchestrationInstanceAsync("Work", 0, new StartOrchestrationOptions($"crash-{i}"));
            }
        }

        return new OkResult();
    }

    [Function("Wait")]
    public static async Task<IActionResult> Wait(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "wait")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        for (var i = 0; i < Instances; i++)
        {
            await client.WaitForInstanceCompletionAsync($"crash-{i}", request.HttpContext.RequestAborted);
        }

        while ((await client.Entities.GetEntityAsync<int>(Counter, request.HttpContext.RequestAborted))?.State != Total)
        {
            await Task.Delay(20, request.HttpContext.RequestAborted);
        }

        return new OkResult();
    }

    [Function("Work")]
    public static async Task<string> Work([OrchestrationTrigger] TaskOrchestrationContext context, int generation)
    {
        var sum = 0;
        for (var step = 0; step < Steps; step++)
        {
            sum += await context.CallActivityAsync<int>("Double", step);
            await context.Entities.SignalEntityAsync(Counter, "Add", 1);
        }

        await context.CreateTimer(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        var children = await Task.WhenAll(Enumerable.Range(0, Children).Select(number => context.CallSubOrchestratorAsync<int>(
            "Child", number, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-{generation}-{number}"))));
        if (generation == 0)
        {
            context.ContinueAsNew(1);
        }

        return $"{sum} {string.Join(',', children)}";
    }

    [Function("Child")]
    public static async Task<int> Child([OrchestrationTrigger] TaskOrchestrationContext context, int number)
    {
        await context.Entities.SignalEntityAsync(Counter, "Add", 1);
        return await context.CallActivityAsync<int>("Double", number);
    }

    [Function("Double")]
    public static async Task<int> Double([ActivityTrigger] int number)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(5));
        return number * 2;
    }

    [Function("Counter")]
    public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

    public void Add(int amount) => State += amount;

    private static EntityInstanceId Counter => new("Counter", "all");
}
