using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Tests.Runs;

/// <summary>The durable client of one app.</summary>
public sealed class ClientBox
{
    public DurableTaskClient? Client { get; set; }
}

/// <summary>Gives the durable client, which only functions are bound to, to a test.</summary>
public static class HandsOutTheClient
{
    public const string Route = "tests/durable-client";

    [Function(nameof(HandsOutTheClient))]
    public static IActionResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        ((ClientBox)context.InstanceServices.GetService(typeof(ClientBox))!).Client = client;
        return new OkObjectResult(new { });
    }
}
