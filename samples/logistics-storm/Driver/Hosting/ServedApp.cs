using AgentFunctions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Console;

namespace LogisticsStorm.Driver.Hosting;

/// <summary>The function app on the local host, as the process that the sample starts, kills and starts again.</summary>
internal static class ServedApp
{
    /// <summary>The first argument of that process.</summary>
    public const string Verb = "serve";

    /// <summary>The setting that names the file for what was measured of model calls.</summary>
    public const string ModelCallsFile = "Storm:ModelCalls";

    /// <summary>Serves until it is killed, or until whoever has started it closes its standard input or ends.</summary>
    /// <param name="settings">The app's settings, as <c>--Key=value</c>.</param>
    public static async Task<int> RunAsync(string[] settings)
    {
        var builder = FunctionApp.CreateBuilder(settings).AddPack<LogisticsStormPack>();
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = Microsoft.Extensions.Logging.LogLevel.Trace);
        MeasuredModels.Decorate(builder.Services, builder.Configuration[ModelCallsFile]!);
        using var app = builder.Build();
        await app.StartAsync();
        _ = Task.Run(async () =>
        {
            await Console.In.ReadToEndAsync();
            app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        });
        await app.WaitForShutdownAsync();
        return 0;
    }
}
