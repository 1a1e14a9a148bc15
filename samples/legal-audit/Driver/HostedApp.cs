using System.Globalization;
using AgentFunctions;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace LegalAudit.Driver;

/// <summary>The function app with the legal-audit pack on the local host, on a free port of 127.0.0.1.</summary>
internal sealed class HostedApp : IAsyncDisposable
{
    private readonly IHost host;

    private HostedApp(IHost host, Uri address)
    {
        this.host = host;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Starts the app; it goes on with whatever a former process has left in the data folder.</summary>
    public static async Task<HostedApp> StartAsync(AuditOptions options, long zipBytes, CancellationToken cancellationToken)
    {
        var builder = FunctionApp.CreateBuilder([.. Settings(options, zipBytes)]).AddPack<LegalAuditPack>();
        builder.Logging.SetMinimumLevel(options.Verbose ? LogLevel.Information : LogLevel.Error);
        if (!options.Verbose)
        {
            // Why the app does not start is told to the user once, without a stack.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        }

        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.CrashAfter is { } steps)
        {
            CrashingJournal.Decorate(builder.Services, steps);
        }

        var built = builder.Build();
        try
        {
            await built.StartAsync(cancellationToken);
        }
        catch (InvalidOperationException problem)
        {
            // A setting or a definition that the app refuses, such as a --fail-tool that does not exist.
            built.Dispose();
            throw new AuditException($"The function app does not start: {problem.Message}");
        }

        var address = built.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new HostedApp(built, new Uri(address));
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }

    private static IEnumerable<string> Settings(AuditOptions options, long zipBytes)
    {
        const long RoomForHeaders = 1 << 20;
        const long Default = 10 << 20;
        yield return "--urls=http://127.0.0.1:0";
        yield return $"--DataDirectory={options.Data}";
        yield return string.Create(CultureInfo.InvariantCulture, $"--Limits:MaxBodyBytes={Math.Max(Default, zipBytes + RoomForHeaders)}");
        if (!options.Verbose)
        {
            yield return "--Logging:LogLevel:Default=Error";
        }

        if (options.Fault is { } fault)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--Tools:Faults:{fault.Tool}={fault.Rate}");
            yield return string.Create(CultureInfo.InvariantCulture, $"--Tools:Seed={options.Seed}");
        }
    }
}
