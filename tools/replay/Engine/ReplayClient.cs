using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Replay.Engine;

/// <summary>The durable client of the replay's host.</summary>
public sealed class ReplayClient
{
    /// <summary>The client, once the host has handed it out.</summary>
    public DurableTaskClient? Client { get; set; }
}

/// <summary>Hands out the durable client, which only functions are bound to.</summary>
public static class ReplayClientFunction
{
    internal const string Route = "replay/durable-client";

    /// <summary>The trigger; it does nothing outside of a replay.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="context">The invocation.</param>
    [Function(nameof(ReplayClientFunction))]
    public static IActionResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        if (context.InstanceServices.GetService(typeof(ReplayClient)) is ReplayClient box)
        {
            box.Client = client;
        }

        return new OkResult();
    }
}
