using AgentFunctions.Local.Worker.Http;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>ASP.NET Core access for an invocation.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The HTTP context of an HTTP function's invocation; null for any other trigger.</summary>
    /// <param name="context">The invocation.</param>
    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context.Items.TryGetValue(HttpInvoker.HttpContextKey, out var value) ? value as HttpContext : null;
}
