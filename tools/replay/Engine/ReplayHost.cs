using System.Net.Http.Json;
using AgentFunctions.Agents;
using AgentFunctions.Budgets;
using AgentFunctions.Models;
using AgentFunctions.Models.Deployments;
using AgentFunctions.Replay.Answers;
using AgentFunctions.Replay.Record;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Replay.Engine;

/// <summary>
/// The function app as it is, on the local host in a folder of its own: the same orchestrators, planner, validation, loop guard and
/// policies. Models, tools and agents come from the record, and commits go through the gate.
/// </summary>
internal sealed class ReplayHost : IAsyncDisposable
{
    private const int Spare = 32;

    /// <summary>A replay writes to its own folder, whatever storage account the app is configured for.</summary>
    private static readonly string[] OwnStores = ["--Storage=", "--Storage:tableServiceUri=", "--Storage:blobServiceUri="];

    private readonly DirectoryInfo folder;
    private readonly IHost host;

    private ReplayHost(DirectoryInfo folder, IHost host) => (this.folder, this.host) = (folder, host);

    public DurableTaskClient Client => host.Services.GetRequiredService<ReplayClient>().Client!;

    public IServiceProvider Services => host.Services;

    public IRunStore Runs => host.Services.GetRequiredService<IRunStore>();

    public IBlobStore Blobs => host.Services.GetRequiredService<IBlobStore>();

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public static async Task<ReplayHost> StartAsync(
        RunRecording recording, CommitGate gate, RecordedAgents agents, VirtualTime time, CancellationToken cancellationToken)
    {
        var own = Directory.CreateTempSubdirectory("agentfunctions-replay-");
        var root = own.FullName;

        // Room for two activities of each run at once: those that wait for their turn must not keep others from theirs.
        var activities = Spare + (2 * recording.Commits.DistinctBy(commit => commit.RunId).Count());
        await File.WriteAllTextAsync(
            Path.Combine(root, "host.json"),
            $$$"""{"version":"2.0","extensions":{"durableTask":{"hubName":"replay","maxConcurrentActivityFunctions":{{{activities}}} } } }""",
            cancellationToken);
        var policies = await RecordedPolicies.WriteAsync(recording, root, cancellationToken);
        var builder = FunctionApp.CreateBuilder(
            ["--urls=http://127.0.0.1:0", $"--DataDirectory={root}", $"--AzureWebJobsScriptRoot={root}", .. OwnStores, .. policies]);
        builder.Logging.ClearProviders();
        builder.UseMiddleware(async (context, next) =>
        {
            // Orchestrators wait in between; what is counted is what works.
            var works = context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type == "activityTrigger");
            Action enter = works ? gate.Enter : () => { }, leave = works ? gate.Leave : () => { };
            enter();
            try
            {
                await next();
            }
            finally
            {
                leave();
            }
        });
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<ReplayClient>();
        builder.Services.AddSingleton<IAgentCatalog>(agents);
        builder.Services.AddSingleton<IModelCatalog>(new RecordedModels(recording, gate));
        builder.Services.AddSingleton<IModelRouter>(new RecordedRouter(recording));
        builder.Services.AddSingleton<IToolCatalog>(new RecordedTools(recording, gate));
        builder.Services.AddSingleton(services => new Comparison(recording, services.GetRequiredService<IBlobStore>()));
        builder.Services.Decorate<IRunJournal>((inner, services) => new GatedJournal(inner, gate, services.GetRequiredService<Comparison>()));
        builder.Services.Decorate<IRunStore>((inner, services) => new GatedRuns(
            inner, services.GetRequiredService<IRunJournal>, gate, services.GetRequiredService<Comparison>()));
        builder.Services.Decorate<IRunHistory>((inner, services) => new GatedHistory(
            inner, services.GetRequiredService<IRunJournal>, gate, services.GetRequiredService<Comparison>()));
        var started = new ReplayHost(own, builder.Build());
        await started.host.StartAsync(cancellationToken);
        var address = started.host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        started.Http.BaseAddress = new Uri($"{address}/api/");
        (await started.Http.PostAsync(new Uri(ReplayClientFunction.Route, UriKind.Relative), content: null, cancellationToken)).EnsureSuccessStatusCode();
        return started;
    }

    /// <summary>Posts to the API.</summary>
    public async Task PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync(path, body, AgentJson.Options, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var problem = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new BadExportException($"The replayed run does not take what came from outside: {path}: {problem}");
        }
    }

    /// <summary>Puts the run on record as it was when it was accepted, and starts it.</summary>
    public async Task BeginAsync(RunRecording recording, RecordedRun root, CancellationToken cancellationToken)
    {
        const decimal Enough = 1_000_000_000m;
        await PostAsync(
            "threads", new { threadId = root.Run.ThreadId, tenant = root.Run.Tenant, budgetUsd = Enough }, cancellationToken);
        foreach (var hash in new[] { root.Run.InputHash, root.Run.PlanHash }.OfType<string>())
        {
            await Blobs.PutAsync(recording.Payload(hash), cancellationToken);
        }

        var created = root.Events[0];
        await Runs.CreateAsync(
            AsAccepted(root.Run),
            new AuditDraft(created.Type, created.Actor)
            {
                InputHash = created.InputHash,
                Policy = created.Policy,
                Reason = created.Reason,
                OutputHash = created.OutputHash,
                Data = created.Data?.DeepClone().AsObject(),
            },
            cancellationToken);
        await Client.ScheduleNewOrchestrationInstanceAsync(
            Orchestrations.AgentRun, new RunInput(root.Run.RunId), new Microsoft.DurableTask.StartOrchestrationOptions(root.Run.RunId), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)host).DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>Without limits and deadlines: how they turned out is on record as something from outside.</summary>
    private static RunRecord AsAccepted(RunRecord run) => run with
    {
        Status = RunStatus.Queued,
        Reason = null,
        Branch = 0,
        RollingBackTo = null,
        Instruction = null,
        Steps = [],
        Replans = 0,
        Usage = RunUsage.None,
        ResultHash = null,
        CompletedAt = null,
        Limits = BudgetLimits.None,
        Deadline = null,
        Schedule = null,
    };
}
