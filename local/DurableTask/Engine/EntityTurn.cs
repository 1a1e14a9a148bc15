using AgentFunctions.Local.DurableTask.Entities;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Orchestrations;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Works on an entity's messages in order, one at a time, and stores what comes of them in one transaction.</summary>
internal sealed class EntityTurn(DurableEngine engine, EntityInstanceId id, EntityState loaded)
{
    private readonly Outbox outbox = new();
    private readonly List<long> consumed = [];
    private readonly EntityState before = loaded;
    private EntityState state = loaded;

    public EntityState State => state;

    /// <summary>Works until the lock changes, which changes what may be worked on, or the host stops.</summary>
    public async Task RunAsync(IEnumerable<StoredEntityMessage> messages)
    {
        foreach (var (messageId, message) in messages)
        {
            if (engine.Stopping.IsCancellationRequested || !await ApplyAsync(message))
            {
                return;
            }

            consumed.Add(messageId);
            if (state.LockId != before.LockId)
            {
                return;
            }
        }
    }

    public void Write(DatabaseSession db, DateTimeOffset now)
    {
        consumed.ForEach(message => EntityTable.DeleteMessage(db, message));
        if (state != before)
        {
            EntityTable.Save(db, id.ToString(), state.Value, state.LockedBy, state.LockId, now);
        }

        PayloadTable.Collect(db, id.ToString());
        outbox.Write(db, now);
    }

    public void Handover() => outbox.Handover(engine);

    private async Task<bool> ApplyAsync(EntityMessage message)
    {
        switch (message)
        {
            case OperationRequest request:
                return await OperateAsync(request);
            case LockRequest request:
                state = state with { LockId = request.LockId, LockedBy = request.Caller.InstanceId };
                PassOn(request);
                return true;
            case UnlockRequest unlock when unlock.LockId == state.LockId:
                state = state with { LockId = null, LockedBy = null };
                return true;
            default:
                return true;
        }
    }

    private void PassOn(LockRequest request)
    {
        if (request.Index + 1 < request.EntityIds.Count)
        {
            outbox.Send(request.EntityIds[request.Index + 1], request with { Index = request.Index + 1 });
        }
        else
        {
            var (instanceId, executionId, taskId) = request.Caller;
            outbox.Send(instanceId, executionId, new LockGranted(taskId, request.LockId, request.EntityIds));
        }
    }

    private async Task<bool> OperateAsync(OperationRequest request)
    {
        HistoryEvent answer;
        var taskId = request.Caller?.TaskId ?? 0;
        try
        {
            var operation = new LocalEntityOperation(id, request, state.Value, engine.Functions);
            var result = await RunAsync(operation);
            state = state with { Value = operation.StateAfter };
            operation.SendTo(outbox);
            answer = new EntityCompleted(taskId, result);
        }
        catch (Exception) when (engine.IsInterrupted)
        {
            // It may have failed because the host stops; it is run again after a restart.
            return false;
        }
        catch (EntityNotFoundException error)
        {
            answer = new EntityFailed(taskId, new TaskFailureDetails(ErrorTypes.EntityNotFound, error.Message, null, null, null));
        }
        catch (Exception error)
        {
            engine.Logger.LogError(error, "Operation '{Operation}' of entity '{Entity}' failed.", request.Operation, id);
            answer = new EntityFailed(taskId, FailureDetails.Of(error));
        }

        if (request.Caller is { } caller)
        {
            outbox.Send(caller.InstanceId, caller.ExecutionId, answer);
        }

        return true;
    }

    private Task<string?> RunAsync(LocalEntityOperation operation) => engine.Functions.HasEntity(id.Name)
        ? engine.Functions.RunEntityAsync(id.Name, operation, engine.Stopping)
        : throw new EntityNotFoundException(id);

    private sealed class EntityNotFoundException(EntityInstanceId id) : Exception($"There is no entity '{id.Name}'.");
}

/// <summary>An entity between two turns.</summary>
internal sealed record EntityState(string? Value, string? LockedBy, string? LockId);
