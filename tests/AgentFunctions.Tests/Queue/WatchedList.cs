using System.Collections.Concurrent;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Queue;

/// <summary>The app's waiting list, which tells what is added to it, and may be slow or broken.</summary>
internal sealed class WatchedList : IWaitingList
{
    private readonly ConcurrentQueue<IReadOnlyList<WaitingRun>> added = new();
    private IWaitingList? working;
    private int attempts;

    /// <summary>Whether it takes nothing.</summary>
    public bool IsBroken { get; set; }

    /// <summary>A run of which it takes nothing.</summary>
    public string? BrokenFor { get; set; }

    /// <summary>What happens before it takes anything.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <summary>How often it was asked to take something and was broken.</summary>
    public int Attempts => Volatile.Read(ref attempts);

    /// <summary>What it has taken, in order.</summary>
    public IReadOnlyList<IReadOnlyList<WaitingRun>> Added => [.. added];

    public void Replace(IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IWaitingList));
        services.Remove(inner);
        services.AddSingleton<IWaitingList>(provider =>
        {
            working = (IWaitingList)ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!);
            return this;
        });
    }

    public async Task AddAsync(IReadOnlyCollection<WaitingRun> waiting, CancellationToken cancellationToken)
    {
        await Before();
        if (IsBroken || waiting.Any(run => run.RunId == BrokenFor))
        {
            Interlocked.Increment(ref attempts);
            throw new InvalidOperationException("The list is broken.");
        }

        added.Enqueue([.. waiting]);
        await working!.AddAsync(waiting, cancellationToken);
    }

    public Task RemoveAsync(IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) => working!.RemoveAsync(runIds, cancellationToken);

    public Task<IReadOnlyList<WaitingRun>> HeadsAsync(int perLane, CancellationToken cancellationToken) => working!.HeadsAsync(perLane, cancellationToken);

    public Task<IReadOnlyList<WaitingRun>> BehindAsync(WaitingRun last, int count, CancellationToken cancellationToken) => working!.BehindAsync(last, count, cancellationToken);

    public Task<WaitingPlace?> FindAsync(string runId, CancellationToken cancellationToken) => working!.FindAsync(runId, cancellationToken);

    public Task<IReadOnlyList<WaitingCount>> CountAsync(CancellationToken cancellationToken) => working!.CountAsync(cancellationToken);

    public Task<int> DepthAsync(string tenant, int most, IReadOnlyCollection<string> without, CancellationToken cancellationToken) =>
        working!.DepthAsync(tenant, most, without, cancellationToken);

    public Task<IReadOnlyList<RunRecord>> UnlistedAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        working!.UnlistedAsync(before, most, cancellationToken);
    }
