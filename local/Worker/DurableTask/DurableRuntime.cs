using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.Storage;
using AgentFunctions.Local.Worker.DurableTask.Management;
using AgentFunctions.Local.Worker.Hosting;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.Worker.DurableTask;

/// <summary>The app's durable engine.</summary>
internal sealed class DurableRuntime(
    DurableFunctions functions,
    HostJson hostJson,
    TimeProvider time,
    ILoggerFactory loggers,
    ManagementUris uris,
    IHostApplicationLifetime lifetime) : IAsyncDisposable
{
    private DurableEngine? engine;
    private FunctionsDurableTaskClient? client;

    public DurableTaskClient Client => client ?? throw new InvalidOperationException("The host has not been started.");

    public DurableEngine Engine => engine ?? throw new InvalidOperationException("The host has not been started.");

    /// <summary>Makes the client usable; nothing runs before <see cref="Start"/>.</summary>
    public void Open(Database database)
    {
        var defaults = new EngineOptions();
        var options = new EngineOptions
        {
            MaxConcurrentActivities = hostJson.MaxConcurrentActivityFunctions ?? defaults.MaxConcurrentActivities,
            MaxConcurrentOrchestrators = hostJson.MaxConcurrentOrchestratorFunctions ?? defaults.MaxConcurrentOrchestrators,
            MaxConcurrentEntities = hostJson.MaxConcurrentEntityFunctions ?? defaults.MaxConcurrentEntities,
            KeepsWaitingOrchestrations = hostJson.ExtendedSessionsEnabled,
            Retention = hostJson.Retention,
            IdleTimeout = hostJson.ExtendedSessionIdleTimeout,
        };
        engine = new DurableEngine(
            database, functions, options, time, loggers, _ => lifetime.StopApplication(), lifetime.ApplicationStopping);
        client = new FunctionsDurableTaskClient(engine, hostJson.HubName, uris);
        engine.Open();
    }

    public void Start() => Engine.Start();

    public Task StopAsync(CancellationToken cancellation) => engine?.StopAsync(cancellation) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (engine is not null)
        {
            await engine.DisposeAsync();
        }
    }
}
