using System.Text.Json;
using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.DurableTask;
using AgentFunctions.Local.Worker.DurableTask.Management;
using AgentFunctions.Local.Worker.Http;
using AgentFunctions.Local.Worker.Invocation;
using AgentFunctions.Local.Worker.ServiceBus;
using AgentFunctions.Local.Worker.Timer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentFunctions.Local.Worker.Hosting;

/// <summary>Puts a host together: settings, Kestrel, services, functions.</summary>
internal static class LocalHostBuilder
{
    private const string ScriptRoot = "AzureWebJobsScriptRoot";

    public static WebApplicationBuilder Create(string[] args)
    {
        var process = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        var environment = process["environment"] ?? process["AZURE_FUNCTIONS_ENVIRONMENT"] ?? Environments.Development;
        var web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            Args = args,
            EnvironmentName = environment,
            ContentRootPath = Path.GetFullPath(process[ScriptRoot] ?? AppContext.BaseDirectory),
        });
        LocalSettings.Add(web.Configuration, web.Environment.ContentRootPath, environment, args);
        var hostJson = HostJson.Load(web.Environment.ContentRootPath);
        AddLogging(web, hostJson);
        AddKestrel(web);
        web.Services.Configure<JsonSerializerOptions>(options => options.PropertyNameCaseInsensitive = true);
        web.Services.AddSingleton(hostJson);
        web.Services.AddSingleton<LocalHost>();
        web.Services.AddHostedService(services => services.GetRequiredService<LocalHost>());
        web.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        return web;
    }

    public static WebApplication Build(
        WebApplicationBuilder web, MiddlewarePipeline middleware, IReadOnlyList<Type>? functionTypes, bool isWebApplication)
    {
        var kinds = new TriggerKinds(
        [
            new HttpTriggerKind(isWebApplication),
            new TimerTriggerKind(web.Configuration),
            new ServiceBusTriggerKind(web.Configuration),
            new OrchestrationTriggerKind(),
            new ActivityTriggerKind(),
            new EntityTriggerKind(),
        ]);
        web.Services.AddSingleton(FunctionCatalog.Of(functionTypes ?? FunctionTypes.OfTheApp(), kinds));
        web.Services.AddSingleton(middleware);
        web.Services.AddSingleton<DurableFunctions>();
        web.Services.AddSingleton<ManagementUris>();
        web.Services.AddSingleton<DurableRuntime>();
        web.Services.TryAddSingleton<DataConverter>(services =>
            new JsonDataConverter(services.GetRequiredService<IOptions<JsonSerializerOptions>>().Value));
        web.Services.AddSingleton<FunctionInvoker>();
        web.Services.AddSingleton<HttpInvoker>();
        web.Services.AddSingleton(new FunctionKeys(web.Configuration));
        web.Services.AddRouting();
        web.Services.AddMvcCore();
        web.Services.TryAddSingleton(TimeProvider.System);
        var app = web.Build();
        app.UseProblemsForUnmatched();
        app.UseRouting();
        app.MapFunctions();
        app.MapDurableManagement();
        return app;
    }

    private static void AddLogging(WebApplicationBuilder web, HostJson hostJson)
    {
        web.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        if (hostJson.Logging is { } fromHostJson)
        {
            web.Logging.AddConfiguration(fromHostJson);
        }

        web.Logging.AddConfiguration(web.Configuration.GetSection("Logging"));
        web.Logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "HH:mm:ss ";
        });
    }

    private static void AddKestrel(WebApplicationBuilder web) => web.WebHost.UseKestrel(options =>
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = null;
    });
}
