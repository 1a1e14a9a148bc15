using AgentFunctions.Local.Worker.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Access to an invocation's request.</summary>
public static class FunctionContextHttpRequestExtensions
{
    /// <summary>The request of an HTTP function's invocation; null for any other trigger.</summary>
    /// <param name="context">The invocation.</param>
    public static ValueTask<HttpRequestData?> GetHttpRequestDataAsync(this FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<HttpRequestData?>(context.GetHttpContext() is { } http ? new LocalHttpRequestData(context, http.Request) : null);
    }
}
