using System.Collections.Concurrent;
using System.Net;
using AgentFunctions.Agents;
using AgentFunctions.Networking;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Policies.Http;

/// <summary>Makes HTTP clients that reach only what a policy allows.</summary>
/// <param name="policies">The policies.</param>
/// <param name="settings">Limits.</param>
public sealed class HttpGuards(IPolicyCatalog policies, HttpToolSettings settings) : IDisposable
{
    /// <summary>Connections are shared among calls under the same rules only: a connection that one policy allows is not another's.</summary>
    private readonly ConcurrentDictionary<(string PolicyHash, string Agent), HttpMessageInvoker> shared = new();

    /// <summary>A client for the tools of an agent.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="denied">Told of every denial, also where the tool passes over it.</param>
    public HttpClient Create(AgentDefinition agent, Action<PolicyDenial> denied)
    {
        var policy = policies.Of(agent);
        var inner = shared.GetOrAdd((policy.Hash, agent.Name), _ => new HttpMessageInvoker(Connections(policy, agent.Name)));
        return new HttpClient(new GuardedHttpHandler(policy, agent.Name, inner, denied))
        {
            Timeout = settings.Timeout,
            MaxResponseContentBufferSize = settings.MaxResponseBytes,
        };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var inner in shared.Values)
        {
            inner.Dispose();
        }
    }

    private SocketsHttpHandler Connections(PolicySnapshot policy, string agent)
    {
        var handler = GuardedHandler.Create(
            (target, address) => HttpPolicy.AllowsAddress(policy, agent, target.Host, target.Port, address), settings.Resolve);
        handler.AutomaticDecompression = DecompressionMethods.All;
        handler.ConnectTimeout = settings.Timeout;
        return handler;
    }
}

/// <summary>Limits of HTTP tools.</summary>
/// <param name="Timeout">Longest that a request with its redirects may take. Setting <c>Tools:Http:TimeoutSeconds</c>, default 30.</param>
/// <param name="MaxResponseBytes">Largest answer, unpacked. Setting <c>Tools:Http:MaxResponseBytes</c>, default 1 MB.</param>
public sealed record HttpToolSettings(TimeSpan Timeout, int MaxResponseBytes)
{
    private const int DefaultMaxResponseBytes = 1024 * 1024;

    /// <summary>Turns a host's name into addresses.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A value is no number, or out of range.</exception>
    public static HttpToolSettings Read(IConfiguration configuration) => new(
        TimeSpan.FromSeconds(Number(configuration, "Tools:Http:TimeoutSeconds", 0.001, 600, 30)),
        (int)Number(configuration, "Tools:Http:MaxResponseBytes", 1, 100 * 1024 * 1024, DefaultMaxResponseBytes));

    private static double Number(IConfiguration configuration, string name, double least, double most, double otherwise) =>
        configuration[name] switch
        {
            null => otherwise,
            { } text when double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
            _ => throw new InvalidOperationException(FormattableString.Invariant($"The setting {name} must be a number from {least} to {most}.")),
        };
}
