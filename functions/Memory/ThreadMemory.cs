using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Memory;

/// <summary>
/// The shared memory of one thread. Operations come one at a time, so no change is lost to another. Its state is only the head: the values
/// are rows of the store, so that a run's checkpoint takes them along in its own transaction, and a run that was rolled back can change
/// nothing any more.
/// </summary>
/// <param name="writer">Makes the changes.</param>
/// <param name="store">The memory.</param>
public sealed class ThreadMemory(MemoryWriter writer, IMemoryStore store) : TaskEntity<MemoryHead>
{
    /// <summary>The entity function.</summary>
    /// <param name="dispatcher">Hands the operation over.</param>
    [Function(MemoryEntity.Name)]
    public static Task DispatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<ThreadMemory>();

    /// <summary>See <see cref="MemoryEntity.Change"/>.</summary>
    /// <param name="change">The change.</param>
    public async Task<MemoryOutcome> Change(MemoryChange change)
    {
        var outcome = await writer.ApplyAsync(change, CancellationToken.None);
        State = await store.HeadAsync(change.ThreadId, CancellationToken.None);
        return outcome;
    }

    /// <inheritdoc/>
    protected override MemoryHead InitializeState(TaskEntityOperation entityOperation) => MemoryHead.Empty;
}

/// <summary>Calls the entity for who can only wait for an orchestration: activities and HTTP triggers.</summary>
public static class MemoryOrchestrations
{
    /// <summary>Makes a change and puts out what it came to. Input: <see cref="MemoryChange"/>. Output: <see cref="MemoryOutcome"/>.</summary>
    /// <param name="context">The orchestration.</param>
    [Function(nameof(ChangeMemory))]
    public static Task<MemoryOutcome> ChangeMemory([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var change = context.GetInput<MemoryChange>()!;
        return context.Entities.CallEntityAsync<MemoryOutcome>(MemoryEntity.For(change.ThreadId), MemoryEntity.Change, change);
    }
}
