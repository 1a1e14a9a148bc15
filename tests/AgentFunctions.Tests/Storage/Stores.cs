using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Storage;

/// <summary>The stores of one process: over a folder, or over what settings say.</summary>
public sealed class Stores : IAsyncDisposable
{
    private readonly TempFolder? own;
    private readonly ServiceProvider services;

    public Stores(string? folder = null, params KeyValuePair<string, string?>[] settings)
        : this(folder, _ => { }, settings)
    {
    }

    public Stores(string? folder, Action<IServiceCollection> configure, params KeyValuePair<string, string?>[] settings)
    {
        own = folder is null ? new TempFolder() : null;
        Folder = folder ?? own!.Path;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("DataDirectory", Folder), .. settings])
            .Build();
        var collection = new ServiceCollection();
        configure(collection);
        services = collection.AddStores(configuration).BuildServiceProvider();
    }

    public string Folder { get; }

    public IBlobStore Blobs => services.GetRequiredService<IBlobStore>();

    public IThreadStore Threads => services.GetRequiredService<IThreadStore>();

    public IScheduleStore Schedules => services.GetRequiredService<IScheduleStore>();

    public IWaitingList Waiting => services.GetRequiredService<IWaitingList>();

    public IOperationLog Operations => services.GetRequiredService<IOperationLog>();

    public IMemoryStore Memory => services.GetRequiredService<IMemoryStore>();

    public IRunStore Runs => services.GetRequiredService<IRunStore>();

    public IRunJournal Journal => services.GetRequiredService<IRunJournal>();

    public IRunHistory History => services.GetRequiredService<IRunHistory>();

    public IAuditLog Log => services.GetRequiredService<IAuditLog>();

    public AuditSigner Signer => services.GetRequiredService<AuditSigner>();

    public IApprovalStore Approvals => services.GetRequiredService<IApprovalStore>();

    public IAgentStore Agents => services.GetRequiredService<IAgentStore>();

    internal IDeploymentStore Deployments => services.GetRequiredService<IDeploymentStore>();

    public IToolCircuitStore Circuits => services.GetRequiredService<IToolCircuitStore>();

    public HostIdentity Host => services.GetRequiredService<HostIdentity>();

    public static RunRecord NewRun(string runId, string? parent = null, string? root = null) => new()
    {
        RunId = runId,
        ThreadId = "case",
        Tenant = "acme",
        Agent = "auditor",
        AgentHash = "a",
        Goal = "Review",
        ParentRunId = parent,
        RootRunId = root ?? parent ?? runId,
        RequestHash = "r",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    public Task<(RunRecord Run, bool Created)> CreateRunAsync(string runId, string? parent = null) =>
        Runs.CreateAsync(NewRun(runId, parent), new AuditDraft("run.created", "user:test"), CancellationToken.None);

    public async Task<AuditVerification> VerifyAsync(string runId)
    {
        var head = await Journal.ReadHeadAsync(runId, CancellationToken.None);
        return AuditVerifier.Verify(runId, await Log.ReadAsync(runId, CancellationToken.None), head!, Signer);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        own?.Dispose();
    }
}
