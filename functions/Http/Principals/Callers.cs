using AgentFunctions.Approvals;
using AgentFunctions.Http.Requests;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Principals;

/// <summary>Who calls. Where principals are on, what a body says about that is not believed.</summary>
public sealed class Callers(PrincipalSettings settings)
{
    /// <summary>The header by which principals are played in development: <c>ana; groups=finance,legal</c>.</summary>
    public const string DevelopmentHeader = "X-Development-Principal";

    private const string Field = "by";
    private const int MaxNameBytes = 256;

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

        var principal = Principal(request) ?? throw RequestRefusedException.Unauthorized("Sign in: the request has no principal.");
        if (by is not null && by != principal.Name && by != principal.Id)
        {
            body.Wrong(Field, $"You are signed in as '{principal.Name}'; leave it out.");
        }

        return principal;
    }

    private Approver? Principal(HttpRequest request)
    {
        var isPlayed = settings.Source == PrincipalSource.Development;
        var header = request.Headers[isPlayed ? DevelopmentHeader : ClientPrincipal.Header];
        var principal = header.Count != 1 || string.IsNullOrWhiteSpace(header[0]) ? null
            : isPlayed ? Played(header[0]!)
            : ClientPrincipal.Read(header[0]!);

        // Nobody passes for the runtime, whatever the directory calls them.
        return string.Equals(principal?.Name, ApprovalRules.Nobody, StringComparison.OrdinalIgnoreCase)
            ? principal! with { Name = $"principal {principal.Id}" }
            : principal;
    }

    private static Approver? Played(string header)
    {
        const string Groups = "groups=";
        var parts = header.Split(';', 2, StringSplitOptions.TrimEntries);
        var groups = parts.Length == 2 && parts[1].StartsWith(Groups, StringComparison.Ordinal)
            ? parts[1][Groups.Length..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];
        return parts[0].Length == 0 ? null : new Approver(parts[0], parts[0], groups, IsVerified: true);
    }
}
