using AgentFunctions.Local.Worker.Hosting;
using AgentFunctions.Local.Worker.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Local.Worker.DurableTask.Management;

/// <summary>The addresses at which instances are managed over HTTP.</summary>
internal sealed class ManagementUris(HostJson hostJson, FunctionKeys keys, IServer server)
{
    public const string Root = "/runtime/webhooks/durabletask";

    /// <summary>The addresses for an instance.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="host">Scheme and host by which the app was reached; its own address when null.</param>
    /// <exception cref="InvalidOperationException">The app serves no address yet.</exception>
    public HttpManagementPayload Of(string instanceId, string? host)
    {
        var instance = $"{host ?? OwnAddress()}{Root}/instances/{Uri.EscapeDataString(instanceId)}";
        var common = $"taskHub={Uri.EscapeDataString(hostJson.HubName)}&connection=Storage"
            + (keys.System is { } key ? $"&code={Uri.EscapeDataString(key)}" : string.Empty);
        string WithReason(string operation) => $"{instance}/{operation}?reason={{text}}&{common}";
        return new HttpManagementPayload
        {
            Id = instanceId,
            StatusQueryGetUri = $"{instance}?{common}",
            SendEventPostUri = $"{instance}/raiseEvent/{{eventName}}?{common}",
            TerminatePostUri = WithReason("terminate"),
            SuspendPostUri = WithReason("suspend"),
            ResumePostUri = WithReason("resume"),
            RewindPostUri = WithReason("rewind"),
            RestartPostUri = $"{instance}/restart?{common}",
            PurgeHistoryDeleteUri = $"{instance}?{common}",
        };
    }

    private string OwnAddress() => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()?.TrimEnd('/')
        ?? throw new InvalidOperationException("The host has not been started, so that the address of its management routes is not known.");
}
