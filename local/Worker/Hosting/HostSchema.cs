using AgentFunctions.Local.ServiceBus.Broker;
using AgentFunctions.Local.Storage;
using DurableSchema = AgentFunctions.Local.DurableTask.Tables.Schema;

namespace AgentFunctions.Local.Worker.Hosting;

/// <summary>The tables of a host's file: the durable engine's and the queues'.</summary>
internal static class HostSchema
{
    public static DatabaseSchema Current { get; } = new([MessageTable.Schema, .. DurableSchema.Statements])
    {
        Migrations = [DurableSchema.PayloadsAndRetention, DurableSchema.InstancesByNumber],
        OldestTable = "durable_instance",
    };
}
