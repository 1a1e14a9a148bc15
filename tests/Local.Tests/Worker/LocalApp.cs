using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Local.Tests.Worker;

/// <summary>A function app on a free port, with the given function types only and a data folder of its own.</summary>
public sealed class LocalApp : IAsyncDisposable
{
    private readonly IHost host;
    private readonly TempFolder? ownFolder;

    private LocalApp(IHost host, TempFolder? ownFolder)
    {
        this.host = host;
        this.ownFolder = ownFolder;
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.None })
        {
            BaseAddress = new Uri(address),
        };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => host.Services;

    public static async Task<LocalApp> StartAsync(
        Type[] functions,
        Action<FunctionsApplicationBuilder>? configure = null,
        string? dataDirectory = null,
        params string[] settings)
    {
        var own = dataDirectory is null ? new TempFolder() : null;
        var built = Build(functions, configure, [.. settings, $"--DataDirectory={dataDirectory ?? own!.Path}"]);
        await built.StartAsync(TestContext.Current.CancellationToken);
        return new LocalApp(built, own);
    }

    public static IHost Build(Type[] functions, Action<FunctionsApplicationBuilder>? configure = null, params string[] settings)
    {
        var builder = FunctionsApplication.CreateBuilder(["--urls=http://127.0.0.1:0", .. settings]);
        builder.FunctionTypes = functions;
        builder.ConfigureFunctionsWebApplication();
        builder.Logging.ClearProviders();
        configure?.Invoke(builder);
        return builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await host.StopAsync();
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        ownFolder?.Dispose();
    }
}
