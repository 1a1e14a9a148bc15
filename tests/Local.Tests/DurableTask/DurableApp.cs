using Local.Tests.Worker;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;

namespace Local.Tests.DurableTask;

/// <summary>A function app and its durable client, which a function handed out.</summary>
public sealed class DurableApp : IAsyncDisposable
{
    private readonly LocalApp app;

    private DurableApp(LocalApp app, DurableTaskClient client)
    {
        this.app = app;
        Client = client;
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public DurableTaskClient Client { get; }

    public HttpClient Http => app.Http;

    public IServiceProvider Services => app.Services;

    public static async Task<DurableApp> StartAsync(
        Type functions, Action<FunctionsApplicationBuilder>? configure = null, string? dataDirectory = null, params string[] settings)
    {
        var found = new ClientBox();
        var started = await LocalApp.StartAsync(
            [functions, typeof(HandsOutTheClient)],
            builder =>
            {
                builder.Services.Add(new Microsoft.Extensions.DependencyInjection.ServiceDescriptor(typeof(ClientBox), found));
                configure?.Invoke(builder);
            },
            dataDirectory,
            settings);
        await started.Http.GetStringAsync("/api/durable-client", Cancel);
        return new DurableApp(started, found.Client!);
    }

    /// <summary>An app that runs orchestrations from the start in every turn.</summary>
    public static Task<DurableApp> StartReplayingAsync(Type functions, Action<FunctionsApplicationBuilder>? configure = null) =>
        StartSetAsync(functions, """{ "extendedSessionsEnabled": false }""", configure);

    /// <summary>An app whose host.json has these settings of the durable extension.</summary>
    public static async Task<DurableApp> StartSetAsync(
        Type functions, string durableSettings, Action<FunctionsApplicationBuilder>? configure = null, string? dataDirectory = null)
    {
        using var root = new TempFolder();
        await File.WriteAllTextAsync(
            Path.Combine(root.Path, "host.json"), $$"""{ "extensions": { "durableTask": {{durableSettings}} } }""", Cancel);
        return await StartAsync(functions, configure, dataDirectory, $"--AzureWebJobsScriptRoot={root.Path}");
    }

    public async Task<OrchestrationMetadata> RunAsync(string orchestrator, object? input = null)
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, Cancel);
        return await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Cancel);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public sealed class ClientBox
    {
        public DurableTaskClient? Client { get; set; }
    }

    public class HandsOutTheClient(ClientBox box)
    {
        [Function("HandsOutTheClient")]
        public IActionResult Run(
            [HttpTrigger(AuthorizationLevel.Anonymous, Route = "durable-client")] HttpRequest request, [DurableClient] DurableTaskClient client)
        {
            box.Client = client;
            return new OkResult();
        }
    }
}
