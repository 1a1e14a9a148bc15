using System.Collections.Immutable;
using System.Diagnostics;
using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.Worker.Http;

/// <summary>Answers a request with a function's result.</summary>
internal sealed class HttpInvoker(FunctionInvoker functions, ILogger<HttpInvoker> logger)
{
    public const string HttpContextKey = "HttpRequestContext";

    public async Task InvokeAsync(LocalFunction function, HttpContext http)
    {
        var outer = http.RequestServices;
        try
        {
            await functions.InvokeAsync(
                new Invocation.Invocation(function, http)
                {
                    BindingData = http.Request.RouteValues.ToImmutableDictionary(StringComparer.OrdinalIgnoreCase),
                    Cause = Cause(http.Request.Headers),
                    Prepare = context =>
                    {
                        context.Items[HttpContextKey] = http;
                        http.RequestServices = context.InstanceServices;
                    },
                    Complete = context => AnswerAsync(http, context.Result),
                },
                http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            logger.LogDebug("The caller of '{Function}' went away.", function.Name);
        }
        catch (BadHttpRequestException error) when (!http.Response.HasStarted)
        {
            http.RequestServices = outer;
            await Problems.WriteAsync(http, error.StatusCode, error.Message);
        }
        catch (Exception error)
        {
            logger.LogError(error, "The function '{Function}' failed.", function.Name);
            if (http.Response.HasStarted)
            {
                http.Abort();
                return;
            }

            http.Response.Clear();
            http.RequestServices = outer;
            await Problems.WriteAsync(http, StatusCodes.Status500InternalServerError, "The function failed. The host's log says why.");
        }
        finally
        {
            http.RequestServices = outer;
        }
    }

    private static ActivityContext Cause(IHeaderDictionary headers) =>
        ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var cause) ? cause : default;

    private static Task AnswerAsync(HttpContext http, object? result) => result switch
    {
        null => Task.CompletedTask,
        IActionResult action => action.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor())),
        IResult minimal => minimal.ExecuteAsync(http),
        HttpResponseData data => HttpResponseDataWriter.WriteAsync(http, data),
        _ => throw new InvalidOperationException(
            $"The function returned a {result.GetType()}; an HTTP function returns an IActionResult, an IResult, an HttpResponseData or nothing."),
    };
}
