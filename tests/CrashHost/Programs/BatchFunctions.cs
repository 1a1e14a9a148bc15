using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CrashHost.Programs;

public sealed class BatchFunctions
{
    [Function("RunBatch")]
    public static async Task<IActionResult> RunBatch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "batch")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        var batch = await Batch.LoadAsync(request.Query["file"]!, request.HttpContext.RequestAborted);
        await batch.RunAsync(client, request.HttpContext.RequestAborted);
        return new OkResult();
    }
}
