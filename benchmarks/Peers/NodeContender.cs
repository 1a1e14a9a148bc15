using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Benchmarks.Engine;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>A peer in a Node.js process of its own, which is told what to run line by line.</summary>
internal sealed class NodeContender : IContender
{
    private readonly ChildHost process;
    private readonly NodeProgram program;
    private int crashes;

    private NodeContender(ChildHost process, NodeProgram program)
    {
        this.process = process;
        this.program = program;
    }

    public string Name => program.Name;

    public IReadOnlyDictionary<string, string> Settings { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <exception cref="PeerException">It does not come up.</exception>
    public static async Task<IContender> StartAsync(NodeProgram program, CancellationToken cancellation)
    {
        var contender = new NodeContender(ChildHost.Start(program.Command("serve", program.Store("main"))), program);
        try
        {
            await contender.AnswerAsync("start", cancellation);
            var settings = (await contender.RunAsync("info", [], cancellation))["settings"]!.Deserialize<Dictionary<string, string>>()!;
            contender.Settings = settings.Concat(program.Settings).ToDictionary(StringComparer.Ordinal);
            return contender;
        }
        catch
        {
            await contender.DisposeAsync();
            throw;
        }
    }

    public Task<double> SequenceAsync(CancellationToken cancellation) =>
        SecondsAsync("sequence", new() { ["steps"] = EngineWorkloads.SequenceSteps }, cancellation);

    public Task<double> ManyAsync(CancellationToken cancellation) => SecondsAsync(
        "many", new() { ["orchestrations"] = EngineWorkloads.Orchestrations, ["steps"] = EngineWorkloads.StepsEach }, cancellation);

    public Task<double> FanOutAsync(CancellationToken cancellation) =>
        SecondsAsync("fanOut", new() { ["children"] = EngineWorkloads.Children }, cancellation);

    public async Task<Parked> ParkAsync(CancellationToken cancellation)
    {
        var answer = await RunAsync("park", new() { ["count"] = EngineWorkloads.Parked }, cancellation);
        return new Parked((double)answer["bytesEach"]! / 1024, (double)answer["seconds"]!);
    }

    public async Task<CrashResult> CrashAsync(CancellationToken cancellation)
    {
        var name = $"crash{++crashes}";
        var store = program.Store(name);
        var ledger = Path.Combine(program.DataFolder, $"{name}.txt");
        try
        {
            return await CrashResult.MeasureAsync(
                ledger,
                () => ChildHost.Start(program.Command("crash", store, ledger, $"{EngineWorkloads.Orchestrations}", $"{EngineWorkloads.StepsEach}")),
                cancellation);
        }
        catch (InvalidOperationException error)
        {
            throw new PeerException(error.Message);
        }
    }

    public ValueTask DisposeAsync()
    {
        process.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<double> SecondsAsync(string workload, JsonObject arguments, CancellationToken cancellation) =>
        (double)(await RunAsync(workload, arguments, cancellation))["seconds"]!;

    private async Task<JsonNode> RunAsync(string workload, JsonObject arguments, CancellationToken cancellation)
    {
        arguments["run"] = workload;
        await process.WriteLineAsync(arguments.ToJsonString());
        return await AnswerAsync(workload, cancellation);
    }

    private async Task<JsonNode> AnswerAsync(string workload, CancellationToken cancellation)
    {
        var line = await process.LineAsync(cancellation)
            ?? throw new PeerException($"its process ended at '{workload}': {process.Errors}");
        var answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error ? throw new PeerException($"'{workload}' failed: {error}") : answer;
    }
}

/// <summary>How a peer's program is started.</summary>
/// <param name="Name">The peer.</param>
/// <param name="Folder">The folder of its main.mjs.</param>
/// <param name="DataFolder">A folder for its files.</param>
/// <param name="Store">The file or address of a store by this name.</param>
/// <param name="Settings">What is known of it beside what it says itself.</param>
internal sealed record NodeProgram(
    string Name, string Folder, string DataFolder, Func<string, string> Store, IReadOnlyDictionary<string, string> Settings)
{
    public ProcessStartInfo Command(params string[] arguments) => new("node", ["--expose-gc", "main.mjs", .. arguments]) { WorkingDirectory = Folder };
}
