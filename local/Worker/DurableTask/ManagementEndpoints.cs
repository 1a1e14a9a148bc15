using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Local.Worker.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Local.Worker.DurableTask;

/// <summary>The HTTP routes by which Durable Functions lets instances be managed.</summary>
internal static class ManagementEndpoints
{
    private const string Root = "/runtime/webhooks/durabletask";
    private const string ContinuationToken = "x-ms-continuation-token";
    private const long LargestPayload = 4 * 1024 * 1024;

    public static void MapDurableManagement(this WebApplication app)
    {
        var runtime = app.Services.GetRequiredService<DurableRuntime>();
        var keys = app.Services.GetRequiredService<FunctionKeys>();
        var instances = app.MapGroup($"{Root}/instances");
        void Map(string method, string path, Func<HttpContext, DurableTaskClient, Task> answer) =>
            instances.MapMethods(path, [method], http => AnswerAsync(http, keys, () => answer(http, runtime.Client)));
        Map(HttpMethods.Get, "/", ListAsync);
        Map(HttpMethods.Delete, "/", PurgeManyAsync);
        Map(HttpMethods.Get, "/{instanceId}", ShowAsync);
        Map(HttpMethods.Delete, "/{instanceId}", PurgeAsync);
        Map(HttpMethods.Post, "/{instanceId}/raiseEvent/{eventName}", RaiseAsync);
        Map(HttpMethods.Post, "/{instanceId}/terminate", (http, client) =>
            ChangeAsync(http, client, id => client.TerminateInstanceAsync(id, Reason(http), http.RequestAborted)));
        Map(HttpMethods.Post, "/{instanceId}/suspend", (http, client) =>
            ChangeAsync(http, client, id => client.SuspendInstanceAsync(id, Reason(http), http.RequestAborted)));
        Map(HttpMethods.Post, "/{instanceId}/resume", (http, client) =>
            ChangeAsync(http, client, id => client.ResumeInstanceAsync(id, Reason(http), http.RequestAborted)));
        Map(HttpMethods.Post, "/{instanceId}/restart", RestartAsync);
        Map(HttpMethods.Post, "/{instanceId}/rewind", RewindAsync);
    }

    private static async Task AnswerAsync(HttpContext http, FunctionKeys keys, Func<Task> answer)
    {
        if (!keys.Admit(http.Request, AuthorizationLevel.System))
        {
            await Problems.WriteAsync(http, StatusCodes.Status401Unauthorized, "The system key is required.");
            return;
        }

        try
        {
            await answer();
        }
        catch (BadHttpRequestException error)
        {
            await Problems.WriteAsync(http, error.StatusCode, error.Message);
        }
    }

    private static async Task ListAsync(HttpContext http, DurableTaskClient client)
    {
        var query = new OrchestrationQuery(
            ManagementQuery.Time(http.Request, "createdTimeFrom"),
            ManagementQuery.Time(http.Request, "createdTimeTo"),
            ManagementQuery.Statuses(http.Request),
            InstanceIdPrefix: http.Request.Query["instanceIdPrefix"].FirstOrDefault(),
            PageSize: ManagementQuery.Top(http.Request),
            FetchInputsAndOutputs: true,
            ContinuationToken: http.Request.Headers[ContinuationToken].FirstOrDefault());
        var showInput = ManagementQuery.Flag(http.Request, "showInput", otherwise: true);
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages())
        {
            if (page.ContinuationToken is { } token)
            {
                http.Response.Headers[ContinuationToken] = token;
            }

            await http.Response.WriteAsJsonAsync(new JsonArray([.. page.Values.Select(each => InstanceJson.Of(each, showInput))]));
            return;
        }
    }

    private static async Task ShowAsync(HttpContext http, DurableTaskClient client)
    {
        if (await FindAsync(http, client) is not { } instance)
        {
            return;
        }

        http.Response.StatusCode = instance switch
        {
            { IsCompleted: false } => StatusCodes.Status202Accepted,
            { RuntimeStatus: OrchestrationRuntimeStatus.Failed }
                when ManagementQuery.Flag(http.Request, "returnInternalServerErrorOnFailure", otherwise: false) =>
                StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status200OK,
        };
        if (!instance.IsCompleted)
        {
            http.Response.Headers.Location = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}{http.Request.QueryString}";
            http.Response.Headers.RetryAfter = "10";
        }

        await http.Response.WriteAsJsonAsync(InstanceJson.Of(instance, ManagementQuery.Flag(http.Request, "showInput", otherwise: true)));
    }

    private static Task RaiseAsync(HttpContext http, DurableTaskClient client) => ChangeAsync(http, client, async id =>
    {
        var payload = await PayloadAsync(http);
        await client.RaiseEventAsync(id, (string)http.Request.RouteValues["eventName"]!, payload, http.RequestAborted);
    });

    private static async Task<JsonElement?> PayloadAsync(HttpContext http)
    {
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestPayload;
        }

        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new BadHttpRequestException($"The event's payload is not JSON: {error.Message}", error);
        }
    }

    private static async Task RestartAsync(HttpContext http, DurableTaskClient client)
    {
        if (await FindAsync(http, client) is not { } instance)
        {
            return;
        }

        var withNewId = ManagementQuery.Flag(http.Request, "restartWithNewInstanceId", otherwise: true);
        if (!withNewId && !instance.IsCompleted)
        {
            await Problems.WriteAsync(http, StatusCodes.Status409Conflict, "The instance has not finished.");
            return;
        }

        var id = await client.RestartAsync(instance.InstanceId, withNewId, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.Headers.Location = $"{http.Request.Scheme}://{http.Request.Host}{Root}/instances/{Uri.EscapeDataString(id)}";
        await http.Response.WriteAsJsonAsync(new JsonObject { ["id"] = id });
    }

    private static async Task RewindAsync(HttpContext http, DurableTaskClient client)
    {
        switch (await FindAsync(http, client))
        {
            case null:
                break;
            case { RuntimeStatus: OrchestrationRuntimeStatus.Failed } instance:
                await client.RewindInstanceAsync(instance.InstanceId, Reason(http) ?? string.Empty, http.RequestAborted);
                http.Response.StatusCode = StatusCodes.Status202Accepted;
                break;
            default:
                await Problems.WriteAsync(http, StatusCodes.Status410Gone, "Only a failed instance can be rewound.");
                break;
        }
    }

    private static async Task PurgeAsync(HttpContext http, DurableTaskClient client)
    {
        var purged = await client.PurgeInstanceAsync((string)http.Request.RouteValues["instanceId"]!, http.RequestAborted);
        if (purged.PurgedInstanceCount == 0)
        {
            await Problems.WriteAsync(http, StatusCodes.Status404NotFound, "There is no finished instance of this id.");
            return;
        }

        await http.Response.WriteAsJsonAsync(new JsonObject { ["instancesDeleted"] = purged.PurgedInstanceCount });
    }

    private static async Task PurgeManyAsync(HttpContext http, DurableTaskClient client)
    {
        var from = ManagementQuery.Time(http.Request, "createdTimeFrom")
            ?? throw new BadHttpRequestException("'createdTimeFrom' is required.");
        var filter = new PurgeInstancesFilter(
            from, ManagementQuery.Time(http.Request, "createdTimeTo"), ManagementQuery.Statuses(http.Request));
        var purged = await client.PurgeAllInstancesAsync(filter, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(new JsonObject { ["instancesDeleted"] = purged.PurgedInstanceCount });
    }

    private static async Task ChangeAsync(HttpContext http, DurableTaskClient client, Func<string, Task> change)
    {
        if (await FindAsync(http, client) is not { } instance)
        {
            return;
        }

        if (instance.IsCompleted)
        {
            await Problems.WriteAsync(http, StatusCodes.Status410Gone, "The instance has finished.");
            return;
        }

        await change(instance.InstanceId);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static async Task<OrchestrationMetadata?> FindAsync(HttpContext http, DurableTaskClient client)
    {
        var id = (string)http.Request.RouteValues["instanceId"]!;
        var instance = await client.GetInstanceAsync(id, getInputsAndOutputs: true, http.RequestAborted);
        if (instance is null)
        {
            await Problems.WriteAsync(http, StatusCodes.Status404NotFound, $"There is no instance '{id}'.");
        }

        return instance;
    }

    private static string? Reason(HttpContext http) => http.Request.Query["reason"].FirstOrDefault();
}
