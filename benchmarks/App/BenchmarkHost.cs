using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Benchmarks.App;

/// <summary>The local host in this process, on a free port of the loopback address.</summary>
internal sealed class BenchmarkHost : IAsyncDisposable
{
    private readonly IHost host;

    private BenchmarkHost(IHost host, Uri address, Marks marks, DurableTaskClient client)
    {
        this.host = host;
        Address = address;
        Marks = marks;
        Client = client;
    }

    public Uri Address { get; }

    public Marks Marks { get; }

    public DurableTaskClient Client { get; }

    public static async Task<BenchmarkHost> StartAsync(
        string folder, Ledger? ledger = null, Action<IServiceCollection>? configure = null, CancellationToken cancellation = default)
    {
        var box = new ClientBox();
        var marks = new Marks();
        var builder = FunctionsApplication.CreateBuilder(["--urls=http://127.0.0.1:0", $"--DataDirectory={folder}"]);
        builder.ConfigureFunctionsWebApplication();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(box).AddSingleton(marks).AddSingleton(ledger ?? new Ledger(Path.Combine(folder, "ledger.txt")));
        configure?.Invoke(builder.Services);
        var built = builder.Build();
        await built.StartAsync(cancellation);
        var address = built.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var answer = await http.GetAsync(new Uri($"{address}/api/{HandsOutTheClient.Route}"), cancellation);
        answer.EnsureSuccessStatusCode();
        return new BenchmarkHost(built, new Uri(address), marks, box.Client!);
    }

    /// <summary>Starts orchestrations at once; the task ends when all starts are on disk.</summary>
    public Task<string[]> StartManyAsync(string orchestrator, object? input, int count, string? prefix = null) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(number => Client.ScheduleNewOrchestrationInstanceAsync(
            orchestrator, input, prefix is null ? null : new StartOrchestrationOptions($"{prefix}{number}"))));

    /// <summary>Waits until all have ended.</summary>
    /// <exception cref="InvalidOperationException">One has not completed.</exception>
    public async Task CompleteAsync(IEnumerable<string> ids, CancellationToken cancellation = default)
    {
        var ended = await Task.WhenAll(ids.Select(id => Client.WaitForInstanceCompletionAsync(id, cancellation)));
        if (Array.Find(ended, each => each.RuntimeStatus != OrchestrationRuntimeStatus.Completed) is { } other)
        {
            throw new InvalidOperationException($"Instance '{other.InstanceId}' ended as {other.RuntimeStatus}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
