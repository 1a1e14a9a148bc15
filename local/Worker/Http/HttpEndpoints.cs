using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Local.Worker.Http;

/// <summary>Maps HTTP functions under the route prefix.</summary>
internal static class HttpEndpoints
{
    public static void MapFunctions(this WebApplication app)
    {
        var catalog = app.Services.GetRequiredService<FunctionCatalog>();
        var hostJson = app.Services.GetRequiredService<HostJson>();
        var keys = app.Services.GetRequiredService<FunctionKeys>();
        var invoker = app.Services.GetRequiredService<HttpInvoker>();
        foreach (var function in catalog.TriggeredBy<HttpTriggerAttribute>())
        {
            var trigger = (HttpTriggerAttribute)function.Trigger;
            Task Answer(HttpContext http) => keys.Admit(http.Request, trigger.AuthLevel)
                ? invoker.InvokeAsync(function, http)
                : Problems.WriteAsync(http, StatusCodes.Status401Unauthorized, "A function key is required.");
            var path = PathOf(function, hostJson);
            var endpoint = trigger.Methods is { Length: > 0 } methods ? app.MapMethods(path, methods, Answer) : app.Map(path, Answer);
            endpoint.WithDisplayName(function.Name);
        }
    }

    public static string PathOf(LocalFunction function, HostJson hostJson) =>
        $"/{string.Join('/', new[] { hostJson.RoutePrefix, HttpTriggerKind.RouteOf(function) }.Where(part => part.Length > 0))}";

    /// <summary>Gives requests that no function answers a problem document.</summary>
    public static void UseProblemsForUnmatched(this WebApplication app) => app.Use(async (http, next) =>
    {
        await next(http);
        if (!http.Response.HasStarted && http.GetEndpoint()?.Metadata.GetMetadata<HttpMethodMetadata>() is null)
        {
            switch (http.Response.StatusCode)
            {
                case StatusCodes.Status404NotFound when http.GetEndpoint() is null:
                    await Problems.WriteAsync(http, StatusCodes.Status404NotFound, "Nothing answers this path.");
                    break;
                case StatusCodes.Status405MethodNotAllowed when http.GetEndpoint() is not RouteEndpoint:
                    await Problems.WriteAsync(http, StatusCodes.Status405MethodNotAllowed, "This path does not answer this method.");
                    break;
            }
        }
    });
}
