using CrashHost.Programs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Benchmarks.Soak;

/// <summary>The door through which the driver starts programs and waits for them.</summary>
public static class SoakFunctions
{
    public static Uri AddressOf(string root) => new($"/api/soak/{root}", UriKind.Relative);

    /// <summary>Starts a program unless it exists and raises its events. What is answered with 202 is on disk.</summary>
    [Function(nameof(StartProgram))]
    public static async Task<IActionResult> StartProgram(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "soak/{root}")] HttpRequest request,
        string root,
        [DurableClient] DurableTaskClient client)
    {
        var cancellation = request.HttpContext.RequestAborted;
        var workflow = await request.ReadFromJsonAsync<Workflow>(cancellation);
        await Batch.StartAsync(client, workflow!, root, cancellation);
        return new AcceptedResult();
    }

    /// <summary>Answers when a program has ended; 404 when there is no such program.</summary>
    [Function(nameof(AwaitProgram))]
    public static async Task<IActionResult> AwaitProgram(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "soak/{root}")] HttpRequest request,
        string root,
        [DurableClient] DurableTaskClient client)
    {
        var cancellation = request.HttpContext.RequestAborted;
        if (await client.GetInstanceAsync(root, cancellation) is null)
        {
            return new NotFoundResult();
        }

        await client.WaitForInstanceCompletionAsync(root, cancellation);
        return new OkResult();
    }
}
