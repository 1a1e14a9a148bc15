using AgentFunctions.Approvals;
using AgentFunctions.Http.Requests;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Principals;

/// <summary>Who calls. Where principals are on, what a body says about that is not believed.</summary>
public sealed class Callers(PrincipalSettings settings, TenantSettings tenants)
{
    /// <summary>The header by which principals are played in development: <c>ana; groups=finance,legal; tenant=acme</c>.</summary>
    public const string DevelopmentHeader = "X-Development-Principal";

    private const string KeyHeader = "x-functions-key";
    private const string KeyParameter = "code";
    private const string Field = "by";
    private const int MaxNameBytes = 256;

    /// <summary>The caller of a request, by its principal and its function key.</summary>
    /// <exception cref="RequestRefusedException">The principal cannot be read, nobody vouches for the caller (401), or the tenant is not known (403).</exception>
    internal Caller Identify(HttpRequest request)
    {
        var principal = Principal(request);
        var (isKnown, tenantOfKey) = Key(request) is { } key ? tenants.Of(key) : (false, null);
        if (principal is null)
        {
            return isKnown ? new Caller(null, tenantOfKey, tenantOfKey is null, tenantOfKey is null, IsMachine: true)
                : settings.Source != PrincipalSource.EasyAuth && tenants.Keys.Count == 0 ? Caller.Anybody
                : throw RequestRefusedException.Unauthorized("Sign in, or call with the function key of a tenant.");
        }

        var mayOperate = IsOneOf(principal, tenants.Operators) || (isKnown && tenantOfKey is null);
        var tenant = TenantOf(principal);
        if (isKnown && tenantOfKey is not null && tenant is not null && tenant != tenantOfKey)
        {
            throw RequestRefusedException.Forbidden("tenant", "The function key is that of another tenant.");
        }

        tenant ??= tenantOfKey;
        if (tenant is null && !mayOperate && settings.Source == PrincipalSource.EasyAuth)
        {
            throw RequestRefusedException.Forbidden("tenant", $"The principal belongs to no tenant: it has no claim '{tenants.Claim}' that names exactly one.");
        }

        return new Caller(
            principal.Approver,
            IsOneOf(principal, tenants.Operators) ? null : tenant,
            mayOperate || IsOneOf(principal, tenants.BudgetManagers),
            mayOperate,
            IsMachine: isKnown);
    }

    /// <summary>The caller: the principal, or else whom the body's <c>by</c> names; <see langword="null"/> where it is missing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body; collects what is wrong with <c>by</c>.</param>
    /// <param name="required">Whether a caller must be known.</param>
    /// <exception cref="RequestRefusedException">Principals are on, and the request has none: 401.</exception>
    internal Approver? Find(HttpRequest request, JsonBody body, bool required)
    {
        var by = body.Text(Field, required && settings.Source == PrincipalSource.None, MaxNameBytes);
        if (string.Equals(by?.Trim(), ApprovalRules.Nobody, StringComparison.OrdinalIgnoreCase))
        {
            body.Wrong(Field, "It is the runtime's own name.");
        }

        if (settings.Source == PrincipalSource.None)
        {
            return by is null ? null : Approver.Unverified(by);
        }

        var caller = request.Caller();
        if (caller.Principal is not { } principal)
        {
            return caller.IsMachine && !required && by is null
                ? null
                : throw RequestRefusedException.Unauthorized("Sign in: the request has no principal.");
        }

        if (by is not null && by != principal.Name && by != principal.Id)
        {
            body.Wrong(Field, $"You are signed in as '{principal.Name}'; leave it out.");
        }

        return principal;
    }

    private VerifiedPrincipal? Principal(HttpRequest request)
    {
        if (settings.Source == PrincipalSource.None)
        {
            return null;
        }

        var isPlayed = settings.Source == PrincipalSource.Development;
        var header = request.Headers[isPlayed ? DevelopmentHeader : ClientPrincipal.Header];
        if (header.Count == 0)
        {
            return null;
        }

        var principal = header.Count != 1 || string.IsNullOrWhiteSpace(header[0]) ? null
            : isPlayed ? Played(header[0]!)
            : ClientPrincipal.Read(header[0]!, tenants.Claim);
        if (principal is null)
        {
            throw RequestRefusedException.Unauthorized("The principal of the request cannot be read.");
        }

        // Nobody passes for the runtime, whatever the directory calls them.
        var approver = principal.Approver;
        return string.Equals(approver.Name.Trim(), ApprovalRules.Nobody, StringComparison.OrdinalIgnoreCase)
            ? principal with { Approver = approver with { Name = $"principal {approver.Id}" } }
            : principal;
    }

    /// <summary>The one tenant that the claim names: by the table of names where there is one, otherwise by its own value.</summary>
    private string? TenantOf(VerifiedPrincipal principal)
    {
        var named = settings.Source == PrincipalSource.Development || tenants.Names.Count == 0
            ? principal.Tenants.Where(Identifiers.IsValid)
            : principal.Tenants.Select(value => tenants.Names.GetValueOrDefault(value)).OfType<string>();
        return named.Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : null;
    }

    private static bool IsOneOf(VerifiedPrincipal principal, IReadOnlyList<string> groups) =>
        principal.Approver.Groups.Intersect(groups, StringComparer.Ordinal).Any();

    private static string? Key(HttpRequest request) => request.Headers[KeyHeader].FirstOrDefault() ?? request.Query[KeyParameter].FirstOrDefault();

    private static VerifiedPrincipal? Played(string header)
    {
        var parts = header.Split(';', StringSplitOptions.TrimEntries);
        string[] Of(string name) =>
        [
            .. parts.Skip(1).Where(part => part.StartsWith($"{name}=", StringComparison.Ordinal))
                .SelectMany(part => part[(name.Length + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
        ];
        return parts[0].Length == 0 ? null : new VerifiedPrincipal(new Approver(parts[0], parts[0], Of("groups"), IsVerified: true), Of("tenant"));
    }
}
