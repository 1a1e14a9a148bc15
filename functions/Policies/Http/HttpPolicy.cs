using System.Net;
using AgentFunctions.Networking;

namespace AgentFunctions.Policies.Http;

/// <summary>Decides where HTTP tools may go. Pure.</summary>
public static class HttpPolicy
{
    /// <summary>The rule's name where no rule allows any destination.</summary>
    public const string NoRule = "http";

    /// <summary>Whether an agent's tools may ask for a URL.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="agent">The agent's name.</param>
    /// <param name="url">A URL that <see cref="WebUrl.Read"/> has let through.</param>
    /// <returns>The denial, or <see langword="null"/>.</returns>
    public static PolicyDenial? CheckUrl(PolicySnapshot policy, string agent, Uri url)
    {
        var rules = Rules(policy, agent);
        var refusing = rules.Find(rule => rule.Deny.Any(destination => destination.Matches(url)))?.Name
            ?? (rules.Exists(rule => rule.Allow.Any(destination => destination.Matches(url)))
                ? null
                : rules.Find(rule => rule.Allow.Count > 0)?.Name ?? NoRule);
        return refusing is null
            ? null
            : PolicyDenial.Of(policy, refusing, $"The agent '{agent}' may not reach '{url.GetLeftPart(UriPartial.Path)}'.");
    }

    /// <summary>
    /// Whether a connection may be made to an address that a host's name has turned out to mean. Addresses that are not public (private,
    /// of this machine, link-local, of the platform's metadata) must be named by a rule that allows the host.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="agent">The agent's name.</param>
    /// <param name="host">The host.</param>
    /// <param name="port">The port.</param>
    /// <param name="address">The address.</param>
    public static bool AllowsAddress(PolicySnapshot policy, string agent, string host, int port, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return AddressRules.IsAllowed(plain, allowPrivate: false) || Allowing(policy, agent, host, port).Any(rule =>
            rule.Private.Any(range => range.Contains(plain)) || rule.Allow.Any(destination => destination.Names(plain)));
    }

    /// <summary>The denial of a host whose name means no address that may be connected to.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="agent">The agent's name.</param>
    /// <param name="url">The URL.</param>
    public static PolicyDenial AddressDenial(PolicySnapshot policy, string agent, Uri url) => PolicyDenial.Of(
        policy,
        Allowing(policy, agent, WebUrl.Host(url), url.Port).FirstOrDefault()?.Name ?? NoRule,
        $"The host '{WebUrl.Host(url)}' is at an address that is not public, and no rule names that address.");

    private static IEnumerable<HttpRule> Allowing(PolicySnapshot policy, string agent, string host, int port) =>
        Rules(policy, agent).Where(rule => rule.Allow.Any(destination => destination.MatchesHost(WebUrl.Plain(host), port)));

    private static List<HttpRule> Rules(PolicySnapshot policy, string agent) =>
        [.. policy.Policy.Http.Where(rule => rule.AppliesTo(agent))];
}
