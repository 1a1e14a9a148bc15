using AgentFunctions.Local.ServiceBus.Broker;
using AgentFunctions.Local.Storage;
using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.DurableTask;
using AgentFunctions.Local.Worker.Http;
using AgentFunctions.Local.Worker.Invocation;
using AgentFunctions.Local.Worker.ServiceBus;
using AgentFunctions.Local.Worker.Timer;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.Worker.Hosting;

/// <summary>Starts what a function app needs before anything of the app runs, and listens to its triggers once HTTP is served.</summary>
internal sealed class LocalHost(
    IServiceProvider services,
    IConfiguration configuration,
    HostJson hostJson,
    FunctionCatalog catalog,
    FunctionInvoker invoker,
    DurableRuntime durable,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<LocalHost> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);

    private readonly List<IDisposable> namespaces = [];
    private readonly List<Task> listeners = [];
    private DirectoryLock? directoryLock;
    private Database? database;

    private string DataDirectory => configuration[LocalSettings.DataDirectory]!;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(DataDirectory);
        var path = Path.Combine(DataDirectory, $"{hostJson.HubName.ToLowerInvariant()}.db");
        directoryLock = await DirectoryLock.TakeAsync($"{path}.lock", LockPatience, cancellationToken);
        database = Database.Open(path, HostSchema.Current, new DatabaseOptions { LongestInlineText = hostJson.LongestInlinePayload });
        StartServiceBus(database);
        durable.Open(database);
        lifetime.ApplicationStarted.Register(Listen);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(listeners).WaitAsync(cancellationToken);
        await durable.StopAsync(cancellationToken);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        namespaces.ForEach(registration => registration.Dispose());
        namespaces.Clear();
        await durable.DisposeAsync();
        if (database is not null)
        {
            await database.DisposeAsync();
            database = null;
        }

        directoryLock?.Dispose();
        directoryLock = null;
    }

    private void StartServiceBus(Database messages)
    {
        var sessionQueues = catalog.TriggeredBy<ServiceBusTriggerAttribute>()
            .Where(function => ((ServiceBusTriggerAttribute)function.Trigger).IsSessionsEnabled)
            .Select(Queue)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var broker = new MessageBroker(new SqliteMessageDatabase(messages), time, queue => OptionsOf(queue, sessionQueues));
        var endpoints = catalog.TriggeredBy<ServiceBusTriggerAttribute>()
            .Select(Connection)
            .Append(LocalSettings.DefaultConnection)
            .Select(name => ServiceBusConnections.Find(configuration, name))
            .OfType<Uri>()
            .DistinctBy(LocalNamespaces.KeyOf, StringComparer.OrdinalIgnoreCase);
        foreach (var endpoint in endpoints)
        {
            namespaces.Add(LocalNamespaces.Register(endpoint, broker));
        }
    }

    private QueueOptions OptionsOf(string queue, HashSet<string> sessionQueues)
    {
        var options = configuration.GetSection($"LocalServiceBus:Queues:{queue}").Get<QueueOptions>() ?? new QueueOptions();
        return sessionQueues.Contains(queue) ? options with { RequiresSession = true } : options;
    }

    private void Listen()
    {
        LogFunctions();
        durable.Start();
        var timers = new List<(LocalFunction Function, Func<Task> Run)>();
        timers.AddRange(catalog.TriggeredBy<TimerTriggerAttribute>().Select(function => (function, TimerRun(function))));
        timers.AddRange(catalog.TriggeredBy<ServiceBusTriggerAttribute>().Select(function => (function, ServiceBusRun(function))));
        listeners.AddRange(timers.Select(each => Task.Run(() => GuardAsync(each.Function, each.Run))));
    }

    private Func<Task> TimerRun(LocalFunction function)
    {
        var listener = new TimerListener(
            function,
            TimerSchedule.Parse(((TimerTriggerAttribute)function.Trigger).Schedule, configuration),
            new ScheduleStatusFile(Path.Combine(DataDirectory, "timers", hostJson.HubName.ToLowerInvariant()), function.Name),
            invoker,
            time,
            logger);
        return () => listener.RunAsync(lifetime.ApplicationStopping);
    }

    private Func<Task> ServiceBusRun(LocalFunction function)
    {
        var endpoint = ServiceBusConnections.Find(configuration, Connection(function))!;
        var queue = Queue(function);
        var sessions = ((ServiceBusTriggerAttribute)function.Trigger).IsSessionsEnabled;
        var listener = new ServiceBusListener(
            function,
            queue,
            OptionsOf(queue, sessions ? [queue] : []),
            hostJson.ServiceBus,
            new ServiceBusClient($"Endpoint={endpoint}"),
            invoker,
            logger);
        return () => listener.RunAsync(lifetime.ApplicationStopping);
    }

    private string Queue(LocalFunction function) =>
        SettingNames.Resolve(((ServiceBusTriggerAttribute)function.Trigger).QueueName!, configuration);

    private static string Connection(LocalFunction function) =>
        ((ServiceBusTriggerAttribute)function.Trigger).Connection ?? LocalSettings.DefaultConnection;

    /// <summary>A listener that fails takes the host down: an app that silently stops listening is worse than one that stops.</summary>
    private async Task GuardAsync(LocalFunction function, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            logger.LogDebug("'{Function}' no longer listens.", function.Name);
        }
        catch (Exception error)
        {
            logger.LogCritical(error, "The listener of '{Function}' failed; the host stops.", function.Name);
            lifetime.StopApplication();
        }
    }

    private void LogFunctions()
    {
        var address = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        foreach (var function in catalog.Functions)
        {
            logger.LogInformation("{Function}: {Trigger}", function.Name, Describe(function, address));
        }

        logger.LogInformation("{Count} functions listen on {Address}. Ctrl+C stops them.", catalog.Functions.Count, address ?? "no address");
    }

    private string Describe(LocalFunction function, string? address) => function.Trigger switch
    {
        HttpTriggerAttribute http =>
            $"[{(http.Methods is { Length: > 0 } methods ? string.Join(',', methods).ToUpperInvariant() : "*")}] {address}{HttpEndpoints.PathOf(function, hostJson)}",
        var trigger => trigger.GetType().Name.Replace("Attribute", string.Empty, StringComparison.Ordinal),
    };
}
