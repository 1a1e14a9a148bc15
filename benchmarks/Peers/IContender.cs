using AgentFunctions.Benchmarks.Engine;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>A durable engine that runs the workloads.</summary>
internal interface IContender : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Versions and what makes it durable, as it says itself.</summary>
    IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>W1, in seconds.</summary>
    Task<double> SequenceAsync(CancellationToken cancellation);

    /// <summary>W2, in seconds.</summary>
    Task<double> ManyAsync(CancellationToken cancellation);

    /// <summary>W3, in seconds.</summary>
    Task<double> FanOutAsync(CancellationToken cancellation);

    /// <summary>W4.</summary>
    Task<Parked> ParkAsync(CancellationToken cancellation);

    /// <summary>W5, each time with a new store.</summary>
    Task<CrashResult> CrashAsync(CancellationToken cancellation);
}

/// <summary>What one parked orchestration costs in the engine's process, and how long it took to release all and have them complete.</summary>
internal sealed record Parked(double KilobytesEach, double Seconds);
