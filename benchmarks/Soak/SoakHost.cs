using AgentFunctions.Benchmarks.App;
using Microsoft.Extensions.DependencyInjection;
using Programs = CrashHost.Programs;

namespace AgentFunctions.Benchmarks.Soak;

/// <summary>The process that is killed: the local host with the functions that programs are made of.</summary>
internal static class SoakHost
{
    /// <summary>Serves until standard input ends; the first line of standard output is the address.</summary>
    public static async Task<int> RunAsync(string folder, CancellationToken cancellation)
    {
        await using var host = await StartAsync(folder, cancellation);
        await Console.Out.WriteLineAsync($"{host.Address}");
        await Console.In.ReadToEndAsync(cancellation);
        return 0;
    }

    public static Task<BenchmarkHost> StartAsync(string folder, CancellationToken cancellation) => BenchmarkHost.StartAsync(
        folder, configure: services => services.AddSingleton(new Programs.Ledger(LedgerOf(folder))), cancellation: cancellation);

    public static string LedgerOf(string folder) => Path.Combine(folder, "programs.txt");

    public static string DatabaseOf(string folder) => Path.Combine(folder, "taskhub.db");
}
