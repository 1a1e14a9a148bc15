using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Benchmarks.App;

public sealed class ClientBox
{
    public DurableTaskClient? Client { get; set; }
}

/// <summary>Gives the durable client, which only functions are bound to, to the code that measures.</summary>
public class HandsOutTheClient(ClientBox box)
{
    public const string Route = "durable-client";

    [Function(nameof(HandsOutTheClient))]
    public IActionResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Route)] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        box.Client = client;
        return new OkResult();
    }
}
