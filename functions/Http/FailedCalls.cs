using AgentFunctions.Http.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Http;

/// <summary>
/// Answers a call whose function failed with a problem (RFC 9457) of status 500. What failed is in the log only. Without it the worker would
/// pass on an empty answer in Azure.
/// </summary>
/// <param name="logger">The app's log.</param>
internal sealed class FailedCalls(ILogger<FailedCalls> logger) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc />
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception error) when (error is not BadHttpRequestException && MayAnswer(context.GetHttpContext()))
        {
            logger.LogError(error, "The function '{Function}' failed.", context.FunctionDefinition.Name);
            context.GetInvocationResult().Value = Answer.Failed();
        }
    }

    private static bool MayAnswer(HttpContext? http) => http is { Response.HasStarted: false, RequestAborted.IsCancellationRequested: false };
}
