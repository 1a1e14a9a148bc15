using System.Diagnostics.CodeAnalysis;
using AgentFunctions.Local.DurableTask.History;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>Entities, called, signalled and locked by one orchestration.</summary>
internal sealed class LocalEntityFeature(LocalOrchestrationContext context) : TaskOrchestrationEntityFeature
{
    private readonly HashSet<EntityInstanceId> called = [];
    private Lock? held;
    private bool isLocking;

    public override async Task<TResult> CallEntityAsync<TResult>(
        EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        context.Converter.Deserialize<TResult>(await CallAsync(id, operationName, input))!;

    public override Task CallEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        CallAsync(id, operationName, input);

    public override Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        RefuseDefault(id, operationName);
        if (held?.Entities.Contains(id) == true)
        {
            throw new InvalidOperationException($"Entity '{id}' is locked by this orchestration: it can be called and not signalled.");
        }

        var serialized = context.Converter.Serialize(input);
        context.Act(taskId => new EntitySignaled(taskId, id.ToString(), operationName, serialized, options?.SignalTime));
        return Task.CompletedTask;
    }

    public override async Task<IAsyncDisposable> LockEntitiesAsync(IEnumerable<EntityInstanceId> entityIds)
    {
        ArgumentNullException.ThrowIfNull(entityIds);
        var ordered = entityIds.Distinct().OrderBy(id => id.ToString(), StringComparer.Ordinal).ToList();
        if (ordered.Count == 0)
        {
            throw new ArgumentException("There is no entity to lock.", nameof(entityIds));
        }

        if (held is not null || isLocking)
        {
            throw new InvalidOperationException("The orchestration holds or awaits locks already; locks are not nested.");
        }

        isLocking = true;
        var lockId = context.NewGuid().ToString("N");
        var request = context.Act(taskId => new LockRequested(taskId, lockId, [.. ordered.Select(id => id.ToString())]));
        await context.OpenTasks.Open(request);
        return new Release(this, held!);
    }

    public override bool InCriticalSection([NotNullWhen(true)] out IReadOnlyList<EntityInstanceId>? entityIds)
    {
        entityIds = held is null ? [] : [.. held.Entities.Except(called)];
        return held is not null;
    }

    public void RefuseSubOrchestrationInCriticalSection()
    {
        if (held is not null || isLocking)
        {
            throw new InvalidOperationException("While entities are locked no orchestration can be called.");
        }
    }

    /// <summary>Holds the lock without telling the code.</summary>
    public void Adopt(LockGranted granted)
    {
        isLocking = false;
        held = new Lock(granted.LockId, [.. granted.EntityIds.Select(EntityInstanceId.FromString)]);
    }

    public void Complete(LockGranted granted)
    {
        Adopt(granted);
        context.OpenTasks.Complete(granted.TaskId, null);
    }

    public void ReleaseAll()
    {
        if (held is { } released)
        {
            held = null;
            context.Act(taskId => new LockReleased(taskId, released.Id, [.. released.Entities.Select(id => id.ToString())]));
        }
    }

    private async Task<string?> CallAsync(EntityInstanceId id, string operation, object? input)
    {
        RefuseDefault(id, operation);
        if (isLocking)
        {
            throw new InvalidOperationException("While locks are awaited no entity can be called.");
        }

        var section = held;
        if (section is not null && !section.Entities.Contains(id))
        {
            throw new InvalidOperationException($"While entities are locked only these can be called; '{id}' is not one of them.");
        }

        if (section is not null && !called.Add(id))
        {
            throw new InvalidOperationException($"Entity '{id}' is locked, and a call of it has not been answered yet.");
        }

        var serialized = context.Converter.Serialize(input);
        try
        {
            var call = context.Act(taskId => new EntityCalled(taskId, id.ToString(), operation, serialized, section?.Id));
            return await context.OpenTasks.Open(call);
        }
        finally
        {
            if (section is not null)
            {
                called.Remove(id);
            }
        }
    }

    private static void RefuseDefault(EntityInstanceId id, string operation)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        if (id == default)
        {
            throw new ArgumentException("The entity's id is empty.", nameof(id));
        }
    }

    private sealed record Lock(string Id, IReadOnlyList<EntityInstanceId> Entities);

    private sealed class Release(LocalEntityFeature feature, Lock section) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            if (ReferenceEquals(feature.held, section))
            {
                feature.ReleaseAll();
            }

            return ValueTask.CompletedTask;
        }
    }
}
