using System.Net;
using System.Net.Sockets;

namespace AgentFunctions.Networking;

/// <summary>
/// Makes HTTP handlers that connect to allowed addresses only. The address is checked where the connection is made, after the name was
/// resolved, so that no DNS answer leads elsewhere; redirects are not followed, and no proxy resolves names in its own way.
/// </summary>
public static class GuardedHandler
{
    /// <summary>A handler.</summary>
    /// <param name="allowPrivate">Whether addresses of private networks and of this machine are allowed; see <see cref="AddressRules"/>.</param>
    public static SocketsHttpHandler Create(bool allowPrivate) =>
        Create((_, address) => AddressRules.IsAllowed(address, allowPrivate), Dns.GetHostAddressesAsync);

    /// <summary>A handler with rules of its own.</summary>
    /// <param name="isAllowed">Whether a connection to a host may be made to an address.</param>
    /// <param name="resolve">Turns a host's name into addresses.</param>
    internal static SocketsHttpHandler Create(
        Func<DnsEndPoint, IPAddress, bool> isAllowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, isAllowed, resolve, cancellationToken),
    };

    private static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint target,
        Func<DnsEndPoint, IPAddress, bool> isAllowed,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        CancellationToken cancellationToken)
    {
        var resolved = await resolve(target.Host, cancellationToken);
        var allowed = Array.FindAll(resolved, address => isAllowed(target, address));
        if (allowed.Length == 0)
        {
            throw new AddressRefusedException(target.Host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A host has no address that may be connected to.</summary>
/// <param name="host">The host.</param>
public sealed class AddressRefusedException(string host) : IOException($"The host '{host}' has no address that may be connected to.");
