using AgentFunctions.Local.DurableTask.Client;
using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.Worker.DurableTask.Management;

namespace AgentFunctions.Local.Worker.DurableTask;

/// <summary>The client that functions are given: it knows where instances are managed over HTTP.</summary>
internal sealed class FunctionsDurableTaskClient(DurableEngine engine, string name, ManagementUris uris) : LocalDurableTaskClient(engine, name)
{
    public ManagementUris Uris => uris;
}
