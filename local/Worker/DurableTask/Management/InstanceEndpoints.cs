using System.Text.Json.Nodes;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Worker.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Local.Worker.DurableTask.Management;

/// <summary>Shows, changes and purges instances.</summary>
internal sealed class InstanceEndpoints(DurableRuntime runtime, OrchestratorEndpoints orchestrators)
{
    private DurableTaskClient Client => runtime.Client;

    /// <summary>The status of an answer that shows an instance.</summary>
    public static int StatusCodeOf(HttpRequest request, OrchestrationMetadata instance) => instance switch
    {
        { IsCompleted: false } => StatusCodes.Status202Accepted,
        { RuntimeStatus: OrchestrationRuntimeStatus.Failed }
            when ManagementQuery.Flag(request, "returnInternalServerErrorOnFailure", otherwise: false) => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status200OK,
    };

    public async Task ListAsync(HttpContext http)
    {
        var query = new OrchestrationQuery(
            ManagementQuery.Time(http.Request, "createdTimeFrom"),
            ManagementQuery.Time(http.Request, "createdTimeTo"),
            ManagementQuery.Statuses(http.Request),
            InstanceIdPrefix: http.Request.Query["instanceIdPrefix"].FirstOrDefault(),
            PageSize: ManagementQuery.Top(http.Request),
            FetchInputsAndOutputs: true,
            ContinuationToken: ManagementQuery.ContinuationToken(http.Request));
        var showInput = ManagementQuery.Flag(http.Request, "showInput", otherwise: true);
        await ManagementQuery.AnswerWithPageAsync(http, Client.GetAllInstancesAsync(query), each => InstanceJson.Of(each, showInput));
    }

    public async Task ShowAsync(HttpContext http)
    {
        if (await FindAsync(http) is not { } instance)
        {
            return;
        }

        http.Response.StatusCode = StatusCodeOf(http.Request, instance);
        if (!instance.IsCompleted)
        {
            http.Response.Headers.Location = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}{http.Request.QueryString}";
            http.Response.Headers.RetryAfter = "5";
        }

        var showInput = ManagementQuery.Flag(http.Request, "showInput", otherwise: true);
        var shown = InstanceJson.Of(instance, showInput);
        if (ManagementQuery.Flag(http.Request, "showHistory", otherwise: false))
        {
            var withOutputs = ManagementQuery.Flag(http.Request, "showHistoryOutput", otherwise: false);
            shown["historyEvents"] = HistoryOf(instance.InstanceId, new HistoryJson(showInput, withOutputs));
        }

        await http.Response.WriteAsJsonAsync(shown, http.RequestAborted);
    }

    public Task RaiseAsync(HttpContext http) => ChangeAsync(http, async id =>
    {
        if (!http.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException("Only content of the type application/json is supported.");
        }

        var payload = await ManagementBody.JsonAsync(http);
        await Client.RaiseEventAsync(id, (string)http.Request.RouteValues["eventName"]!, payload, http.RequestAborted);
    });

    public Task TerminateAsync(HttpContext http) =>
        ChangeAsync(http, id => Client.TerminateInstanceAsync(id, Reason(http), http.RequestAborted));

    public Task SuspendAsync(HttpContext http) =>
        ChangeAsync(http, id => Client.SuspendInstanceAsync(id, Reason(http), http.RequestAborted));

    public Task ResumeAsync(HttpContext http) =>
        ChangeAsync(http, id => Client.ResumeInstanceAsync(id, Reason(http), http.RequestAborted));

    public async Task RestartAsync(HttpContext http)
    {
        if (await FindAsync(http) is not { } instance)
        {
            return;
        }

        var withNewId = ManagementQuery.Flag(http.Request, "restartWithNewInstanceId", otherwise: true);
        if (!withNewId && !instance.IsCompleted)
        {
            await Problems.WriteAsync(http, StatusCodes.Status409Conflict, "The instance has not finished.");
            return;
        }

        var wait = OrchestratorEndpoints.Wait(http.Request);
        var id = await Client.RestartAsync(instance.InstanceId, withNewId, http.RequestAborted);
        await orchestrators.AnswerWithAsync(http, id, wait);
    }

    public async Task RewindAsync(HttpContext http)
    {
        switch (await FindAsync(http))
        {
            case null:
                break;
            case { RuntimeStatus: OrchestrationRuntimeStatus.Failed } instance:
                await Client.RewindInstanceAsync(instance.InstanceId, Reason(http) ?? string.Empty, http.RequestAborted);
                http.Response.StatusCode = StatusCodes.Status202Accepted;
                break;
            case { IsCompleted: true }:
                await Problems.WriteAsync(http, StatusCodes.Status410Gone, "The instance has completed or was terminated.");
                break;
            default:
                await Problems.WriteAsync(http, StatusCodes.Status400BadRequest, "Only a failed instance can be rewound.");
                break;
        }
    }

    public async Task PurgeAsync(HttpContext http)
    {
        if (await FindAsync(http) is { } instance)
        {
            await AnswerWithPurgedAsync(http, await Client.PurgeInstanceAsync(instance.InstanceId, http.RequestAborted));
        }
    }

    public async Task PurgeManyAsync(HttpContext http)
    {
        var from = ManagementQuery.Time(http.Request, "createdTimeFrom")
            ?? throw new BadHttpRequestException("'createdTimeFrom' is required.");
        var filter = new PurgeInstancesFilter(
            from, ManagementQuery.Time(http.Request, "createdTimeTo"), ManagementQuery.Statuses(http.Request));
        var purged = await Client.PurgeAllInstancesAsync(filter, http.RequestAborted);
        if (purged.PurgedInstanceCount == 0)
        {
            await Problems.WriteAsync(http, StatusCodes.Status404NotFound, "No finished instance matches the filter.");
            return;
        }

        await AnswerWithPurgedAsync(http, purged);
    }

    private static Task AnswerWithPurgedAsync(HttpContext http, PurgeResult purged) =>
        http.Response.WriteAsJsonAsync(new JsonObject { ["instancesDeleted"] = purged.PurgedInstanceCount }, http.RequestAborted);

    private async Task ChangeAsync(HttpContext http, Func<string, Task> change)
    {
        if (await FindAsync(http) is not { } instance)
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

    private async Task<OrchestrationMetadata?> FindAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["instanceId"]!;
        var instance = await Client.GetInstanceAsync(id, getInputsAndOutputs: true, http.RequestAborted);
        if (instance is null)
        {
            await Problems.WriteAsync(http, StatusCodes.Status404NotFound, $"There is no instance '{id}'.");
        }

        return instance;
    }

    private JsonArray HistoryOf(string instanceId, HistoryJson json) =>
        json.Of(runtime.Engine.Database.Read(db => InstanceTable.KeyOf(db, instanceId) is { } key
            ? HistoryTable.Turns(db, key).SelectMany(turn => turn).ToList()
            : []));

    private static string? Reason(HttpContext http) => http.Request.Query["reason"].FirstOrDefault();
}
