using System.Text.Json.Nodes;
using AgentFunctions.Local.Worker.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.Worker.DurableTask.Management;

/// <summary>Shows and signals entities.</summary>
internal sealed class EntityEndpoints(DurableRuntime runtime, DurableFunctions functions)
{
    /// <summary>Stands for the empty key in a path.</summary>
    private const string EmptyKey = "$";

    private DurableEntityClient Client => runtime.Client.Entities;

    public async Task ListAsync(HttpContext http)
    {
        var query = new EntityQuery
        {
            InstanceIdStartsWith = http.Request.RouteValues["entityName"] is string name ? $"@{name}@" : null,
            LastModifiedFrom = ManagementQuery.Time(http.Request, "lastOperationTimeFrom"),
            LastModifiedTo = ManagementQuery.Time(http.Request, "lastOperationTimeTo"),
            IncludeState = ManagementQuery.Flag(http.Request, "fetchState", otherwise: false),
            PageSize = ManagementQuery.Top(http.Request),
            ContinuationToken = ManagementQuery.ContinuationToken(http.Request),
        };
        await ManagementQuery.AnswerWithPageAsync(http, Client.GetAllEntitiesAsync(query), Shown);
    }

    public async Task ShowAsync(HttpContext http)
    {
        if (await Client.GetEntityAsync(IdOf(http), includeState: true, http.RequestAborted) is { IncludesState: true } entity)
        {
            await http.Response.WriteAsJsonAsync(JsonText.Parse(entity.State.Value), http.RequestAborted);
            return;
        }

        await Problems.WriteAsync(http, StatusCodes.Status404NotFound, "There is no such entity.");
    }

    public async Task SignalAsync(HttpContext http)
    {
        var id = IdOf(http);
        var operation = http.Request.Query["op"].FirstOrDefault();
        if (string.IsNullOrEmpty(operation))
        {
            throw new BadHttpRequestException("'op', the operation's name, is required.");
        }

        object? input = http.Request.ContentLength is null or 0 || http.Request.HasJsonContentType()
            ? await ManagementBody.JsonAsync(http)
            : await ManagementBody.TextAsync(http);
        await SignalAsync(http, id, operation, input);
    }

    public Task DeleteAsync(HttpContext http) => SignalAsync(http, IdOf(http), "delete", null);

    private async Task SignalAsync(HttpContext http, EntityInstanceId id, string operation, object? input)
    {
        if (!functions.HasEntity(id.Name))
        {
            await Problems.WriteAsync(http, StatusCodes.Status404NotFound, $"There is no entity function '{id.Name}'.");
            return;
        }

        await Client.SignalEntityAsync(id, operation, input, null, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static EntityInstanceId IdOf(HttpContext http)
    {
        var key = (string)http.Request.RouteValues["entityKey"]!;
        return new EntityInstanceId((string)http.Request.RouteValues["entityName"]!, key == EmptyKey ? string.Empty : key);
    }

    private static JsonObject Shown(EntityMetadata entity) => new()
    {
        ["entityId"] = new JsonObject { ["name"] = entity.Id.Name, ["key"] = entity.Id.Key },
        ["lastOperationTime"] = entity.LastModifiedTime.UtcDateTime,
        ["state"] = entity.IncludesState ? JsonText.Parse(entity.State.Value) : null,
    };
}
