using AgentFunctions.Local.Worker.Hosting;
using AgentFunctions.Local.Worker.Http;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Local.Worker.DurableTask.Management;

/// <summary>The HTTP routes by which Durable Functions lets orchestrations and entities be managed.</summary>
internal static class ManagementEndpoints
{
    public static void MapDurableManagement(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<FunctionKeys>();
        var hub = app.Services.GetRequiredService<HostJson>().HubName;
        var orchestrators = ActivatorUtilities.CreateInstance<OrchestratorEndpoints>(app.Services);
        var instances = ActivatorUtilities.CreateInstance<InstanceEndpoints>(app.Services, orchestrators);
        var entities = ActivatorUtilities.CreateInstance<EntityEndpoints>(app.Services);
        void Map(string method, string path, Func<HttpContext, Task> answer) =>
            app.MapMethods(ManagementUris.Root + path, [method], http => AnswerAsync(http, keys, hub, answer));
        Map(HttpMethods.Post, "/orchestrators/{functionName}/{instanceId?}", orchestrators.StartAsync);
        Map(HttpMethods.Get, "/instances", instances.ListAsync);
        Map(HttpMethods.Delete, "/instances", instances.PurgeManyAsync);
        Map(HttpMethods.Get, "/instances/{instanceId}", instances.ShowAsync);
        Map(HttpMethods.Delete, "/instances/{instanceId}", instances.PurgeAsync);
        Map(HttpMethods.Post, "/instances/{instanceId}/raiseEvent/{eventName}", instances.RaiseAsync);
        Map(HttpMethods.Post, "/instances/{instanceId}/terminate", instances.TerminateAsync);
        Map(HttpMethods.Post, "/instances/{instanceId}/suspend", instances.SuspendAsync);
        Map(HttpMethods.Post, "/instances/{instanceId}/resume", instances.ResumeAsync);
        Map(HttpMethods.Post, "/instances/{instanceId}/restart", instances.RestartAsync);
        Map(HttpMethods.Post, "/instances/{instanceId}/rewind", instances.RewindAsync);
        Map(HttpMethods.Get, "/entities/{entityName?}", entities.ListAsync);
        Map(HttpMethods.Get, "/entities/{entityName}/{entityKey}", entities.ShowAsync);
        Map(HttpMethods.Post, "/entities/{entityName}/{entityKey}", entities.SignalAsync);
        Map(HttpMethods.Delete, "/entities/{entityName}/{entityKey}", entities.DeleteAsync);
    }

    private static async Task AnswerAsync(HttpContext http, FunctionKeys keys, string hub, Func<HttpContext, Task> answer)
    {
        if (!keys.Admit(http.Request, AuthorizationLevel.System))
        {
            await Problems.WriteAsync(http, StatusCodes.Status401Unauthorized, "The system key is required.");
            return;
        }

        if (http.Request.Query["taskHub"].FirstOrDefault() is { Length: > 0 } other && !other.Equals(hub, StringComparison.OrdinalIgnoreCase))
        {
            await Problems.WriteAsync(http, StatusCodes.Status404NotFound, $"This host serves the task hub '{hub}' only.");
            return;
        }

        try
        {
            await answer(http);
        }
        catch (BadHttpRequestException error)
        {
            await Problems.WriteAsync(http, error.StatusCode, error.Message);
        }
        catch (ArgumentException error)
        {
            await Problems.WriteAsync(http, StatusCodes.Status400BadRequest, error.Message);
        }
        catch (OrchestrationAlreadyExistsException error)
        {
            await Problems.WriteAsync(http, StatusCodes.Status409Conflict, error.Message);
        }
    }
}
