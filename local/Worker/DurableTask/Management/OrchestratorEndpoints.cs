using System.Globalization;
using AgentFunctions.Local.Worker.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Local.Worker.DurableTask.Management;

/// <summary>Starts orchestrations and tells where they are managed.</summary>
internal sealed class OrchestratorEndpoints(DurableRuntime runtime, DurableFunctions functions, ManagementUris uris)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    public async Task StartAsync(HttpContext http)
    {
        var name = (string)http.Request.RouteValues["functionName"]!;
        if (!functions.HasOrchestrator(name))
        {
            await Problems.WriteAsync(http, StatusCodes.Status400BadRequest, $"There is no orchestrator function '{name}'.");
            return;
        }

        var wait = Wait(http.Request);
        var input = await ManagementBody.JsonAsync(http);
        var options = new StartOrchestrationOptions(http.Request.RouteValues["instanceId"] as string);
        var id = await runtime.Client.ScheduleNewOrchestrationInstanceAsync(name, input, options, http.RequestAborted);
        await AnswerWithAsync(http, id, wait);
    }

    /// <summary>How long the request's caller waits for the orchestration's end; null for not at all.</summary>
    /// <exception cref="BadHttpRequestException">The wait is malformed.</exception>
    public static TimeSpan? Wait(HttpRequest request)
    {
        var timeout = Seconds(request, "timeout");
        var interval = Seconds(request, "pollingInterval");
        return interval > timeout
            ? throw new BadHttpRequestException("'pollingInterval' is longer than 'timeout'.")
            : timeout;
    }

    /// <summary>Answers with the output when the orchestration ends within the wait, and otherwise with where it is managed.</summary>
    public async Task AnswerWithAsync(HttpContext http, string instanceId, TimeSpan? wait)
    {
        switch (await EndedAsync(http, instanceId, wait))
        {
            case null:
                await AnswerWithStatusAddressesAsync(http, instanceId);
                break;
            case { RuntimeStatus: OrchestrationRuntimeStatus.Completed } ended:
                await http.Response.WriteAsJsonAsync(InstanceJson.OutputOf(ended), http.RequestAborted);
                break;
            case var ended:
                http.Response.StatusCode = InstanceEndpoints.StatusCodeOf(http.Request, ended);
                await http.Response.WriteAsJsonAsync(InstanceJson.Of(ended, withInput: true), http.RequestAborted);
                break;
        }
    }

    private async Task AnswerWithStatusAddressesAsync(HttpContext http, string instanceId)
    {
        var payload = uris.Of(instanceId, $"{http.Request.Scheme}://{http.Request.Host}");
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.Headers.Location = payload.StatusQueryGetUri;
        http.Response.Headers.RetryAfter = "10";
        await http.Response.WriteAsJsonAsync(payload, http.RequestAborted);
    }

    private async Task<OrchestrationMetadata?> EndedAsync(HttpContext http, string instanceId, TimeSpan? wait)
    {
        if (wait is not { } time)
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(time);
        try
        {
            return await runtime.Client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true, limit.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
    }

    private static TimeSpan? Seconds(HttpRequest request, string name) => request.Query[name].FirstOrDefault() switch
    {
        null or "" => null,
        var text when double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 && seconds <= LongestWait.TotalSeconds =>
            TimeSpan.FromSeconds(seconds),
        _ => throw new BadHttpRequestException($"'{name}' is not a number of seconds from 0 to {LongestWait.TotalSeconds}."),
    };
}
