namespace AgentFunctions.Benchmarks.Peers;

/// <summary>Brings up our engine and the peers that can be had.</summary>
internal sealed class Contenders : IAsyncDisposable
{
    public const string Ours = "AgentFunctions";
    public const string LangGraph = "LangGraph.js";
    public const string Dbos = "DBOS";
    private readonly List<IContender> present = [];
    private readonly Dictionary<string, string> missing = new(StringComparer.Ordinal);
    private PostgresServer? postgres;

    private Contenders()
    {
    }

    public static IReadOnlyList<string> Peers { get; } = [LangGraph, Dbos];

    /// <summary>Those that run, ours first.</summary>
    public IReadOnlyList<IContender> Present => present;

    /// <summary>Peers that cannot be had or failed, and why.</summary>
    public IReadOnlyDictionary<string, string> Missing => missing;

    public static async Task<Contenders> StartAsync(string folder, Action<string> progress, CancellationToken cancellation)
    {
        var contenders = new Contenders();
        try
        {
            contenders.present.Add(await EngineContender.StartAsync(Path.Combine(folder, "engine"), cancellation));
            await contenders.TryAsync(LangGraph, () => LangGraphAsync(folder, progress, cancellation), progress);
            await contenders.TryAsync(Dbos, () => contenders.DbosAsync(folder, progress, cancellation), progress);
            return contenders;
        }
        catch
        {
            await contenders.DisposeAsync();
            throw;
        }
    }

    /// <summary>Goes on without a peer that failed.</summary>
    public async Task RemoveAsync(IContender peer, string reason)
    {
        present.Remove(peer);
        missing[peer.Name] = reason;
        await peer.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var each in present)
        {
            await each.DisposeAsync();
        }

        if (postgres is not null)
        {
            await postgres.DisposeAsync();
        }
    }

    private static async Task<IContender> LangGraphAsync(string folder, Action<string> progress, CancellationToken cancellation)
    {
        var program = await NodePackage.InstallAsync("langgraph", progress, cancellation);
        var data = Directory.CreateDirectory(Path.Combine(folder, "langgraph")).FullName;
        return await NodeContender.StartAsync(
            new NodeProgram(LangGraph, program, data, name => Path.Combine(data, $"{name}.db"), new Dictionary<string, string>()), cancellation);
    }

    private async Task<IContender> DbosAsync(string folder, Action<string> progress, CancellationToken cancellation)
    {
        var program = await NodePackage.InstallAsync("dbos", progress, cancellation);
        postgres = await PostgresServer.StartAsync(Path.Combine(folder, "postgres"), cancellation);
        var data = Directory.CreateDirectory(Path.Combine(folder, "dbos")).FullName;
        return await NodeContender.StartAsync(
            new NodeProgram(Dbos, program, data, postgres.AddressOf, await postgres.SettingsAsync(cancellation)), cancellation);
    }

    private async Task TryAsync(string name, Func<Task<IContender>> start, Action<string> progress)
    {
        progress($"{name}: installing and starting");
        try
        {
            present.Add(await start());
        }
        catch (PeerException reason)
        {
            missing[name] = reason.Message;
            progress($"{name} cannot be had: {reason.Message}");
        }
    }
}
