using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Creates instances.</summary>
internal static class Instances
{
    /// <summary>Stores an instance and its start, in place of a finished one of the same id; null when the one that exists stays.</summary>
    public static Delivery? Start(DatabaseSession db, NewInstance instance, DateTimeOffset now)
    {
        if (InstanceTable.Find(db, instance.InstanceId) is { } existing)
        {
            if (!existing.Status.IsFinal() || instance.KeptStatuses.Contains(existing.Status))
            {
                return null;
            }

            InstanceTable.Delete(db, existing);
        }

        InstanceTable.Insert(db, instance, now);
        var visibleAt = instance.StartAt > now ? instance.StartAt : null;
        var id = MessageTable.Insert(db, instance.InstanceId, instance.ExecutionId, instance.Start, visibleAt: visibleAt);
        return new Delivery(id, instance.ExecutionId, instance.Start);
    }
}
