using System.Net;
using AgentFunctions.Agents;
using AgentFunctions.Yaml;

namespace AgentFunctions.Policies.Http;

/// <summary>
/// Where HTTP tools may go: <c>[scheme://]host[:port][/path]</c>. Without a scheme https; without a port the scheme's own. The host is
/// exact, <c>*.example.com</c> (every name below it), or <c>*</c>; a path stands for itself and everything below it.
/// </summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">The host, in lower case and ASCII; may begin with <c>*</c>.</param>
/// <param name="Port">The port.</param>
/// <param name="Path">The path, without a slash at its end; empty for all.</param>
public sealed record Destination(string Scheme, string Host, int Port, string Path)
{
    /// <summary>Whether a URL is one of these.</summary>
    /// <param name="url">A URL that <see cref="WebUrl.Read"/> has let through.</param>
    public bool Matches(Uri url) => MatchesOrigin(url.Scheme, WebUrl.Host(url), url.Port) && MatchesPath(url);

    /// <summary>Whether a connection to this host may be one of these, whatever its path.</summary>
    /// <param name="host">The host.</param>
    /// <param name="port">The port.</param>
    public bool MatchesHost(string host, int port) => MatchesOrigin(Scheme, host, port);

    /// <summary>Whether it names exactly this address, so that no range needs to name it as well.</summary>
    /// <param name="address">The address.</param>
    public bool Names(IPAddress address) => IPAddress.TryParse(Host, out var named) && named.Equals(address);

    /// <summary>Reads a destination.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="DefinitionException">It is none.</exception>
    internal static Destination Read(YamlValue value)
    {
        var text = value.Text();
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}";

        // A host may not begin with a star in a URL, so a name that nobody has stands in for it.
        const string StandIn = "any-host.invalid";
        var star = full.Contains("://*.", StringComparison.Ordinal) ? "*." : full.Contains("://*", StringComparison.Ordinal) ? "*" : "";
        var url = WebUrl.Read(star switch
        {
            "*." => full.Replace("://*.", "://", StringComparison.Ordinal),
            "*" => full.Replace("://*", $"://{StandIn}", StringComparison.Ordinal),
            _ => full,
        }, out var problem) ?? throw value.Error($"It is no destination, [scheme://]host[:port][/path]: {problem}");
        if (url.Query.Length > 0 || url.Fragment.Length > 0 || (star == "*" && WebUrl.Host(url) != StandIn) || url.AbsolutePath.Contains('%', StringComparison.Ordinal))
        {
            throw value.Error("A destination is [scheme://]host[:port][/path]; a star stands for a whole host, or in front of a dot.");
        }

        var host = star == "*" ? "*" : $"{star}{WebUrl.Host(url)}";
        return new Destination(url.Scheme, host, url.Port, url.AbsolutePath.TrimEnd('/'));
    }

    private bool MatchesOrigin(string scheme, string host, int port) => scheme == Scheme && port == Port && Host switch
    {
        "*" => true,
        ['*', .. var below] => host.Length > below.Length && host.EndsWith(below, StringComparison.Ordinal),
        _ => host == Host,
    };

    /// <summary>An escaped slash or dot may mean one thing here and another to the server, so it fits no path but the whole host.</summary>
    private bool MatchesPath(Uri url)
    {
        var path = url.AbsolutePath;
        return Path.Length == 0
            || ((path == Path || path.StartsWith($"{Path}/", StringComparison.Ordinal))
                && !Array.Exists(["%2f", "%5c", "%2e", "%00"], escaped => path.Contains(escaped, StringComparison.OrdinalIgnoreCase)));
    }
}

/// <summary>URLs of HTTP tools.</summary>
public static class WebUrl
{
    private const int MaxLength = 8_192;

    /// <summary>An absolute http or https URL without credentials; <see langword="null"/> and the problem where it is none.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="problem">What is wrong, one sentence; empty where nothing is.</param>
    public static Uri? Read(string text, out string problem)
    {
        problem = text.Length > MaxLength ? "The URL is too long."
            : !Uri.TryCreate(text, UriKind.Absolute, out var read) ? "It is no absolute URL."
            : read.Scheme is not ("http" or "https") ? "Its scheme is neither http nor https."
            : read.UserInfo.Length > 0 ? "A URL with credentials in it is not allowed."
            : Host(read).Length == 0 || Host(read).Contains('%', StringComparison.Ordinal) ? "It names no host."
            : "";
        return problem.Length == 0 ? new Uri(text) : null;
    }

    /// <summary>The host in lower case and ASCII, without the dot that may end it and without brackets.</summary>
    /// <param name="url">The URL.</param>
    public static string Host(Uri url) => Plain(url.IdnHost);

    /// <summary>See <see cref="Host"/>.</summary>
    /// <param name="host">The host as a connection names it.</param>
    public static string Plain(string host)
    {
        var plain = host.TrimStart('[').TrimEnd(']').TrimEnd('.').ToLowerInvariant();
        return IPAddress.TryParse(plain, out var address) ? address.ToString() : plain;
    }
}
