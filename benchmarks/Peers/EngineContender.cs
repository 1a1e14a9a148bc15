using System.Runtime.InteropServices;
using AgentFunctions.Benchmarks.App;
using AgentFunctions.Benchmarks.Engine;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>The local engine, in this process.</summary>
internal sealed class EngineContender : IContender
{
    private readonly BenchmarkHost host;
    private readonly string folder;
    private int crashes;

    private EngineContender(BenchmarkHost host, string folder)
    {
        this.host = host;
        this.folder = folder;
    }

    public string Name => Contenders.Ours;

    public IReadOnlyDictionary<string, string> Settings { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { [".NET"] = RuntimeInformation.FrameworkDescription };

    public static async Task<IContender> StartAsync(string folder, CancellationToken cancellation) =>
        new EngineContender(await BenchmarkHost.StartAsync(Path.Combine(folder, "main"), cancellation: cancellation), folder);

    public Task<double> SequenceAsync(CancellationToken cancellation) => EngineWorkloads.SequenceAsync(host);

    public Task<double> ManyAsync(CancellationToken cancellation) => EngineWorkloads.ManyAsync(host);

    public Task<double> FanOutAsync(CancellationToken cancellation) => EngineWorkloads.FanOutAsync(host);

    public async Task<Parked> ParkAsync(CancellationToken cancellation)
    {
        var result = await EngineWorkloads.ParkAsync(host);
        return new Parked(result.KilobytesEach, result.Seconds);
    }

    public Task<CrashResult> CrashAsync(CancellationToken cancellation)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, $"crash-{++crashes}")).FullName;
        return CrashRun.RunAsync(path, cancellation);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
