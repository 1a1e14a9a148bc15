using System.Text.Json;
using AgentFunctions.Approvals;

namespace AgentFunctions.Http.Principals;

/// <summary>The principal that App Service authentication puts into <c>X-MS-CLIENT-PRINCIPAL</c>: base64 of JSON with claims.</summary>
internal sealed record ClientPrincipal(string? AuthTyp, string? NameTyp, string? RoleTyp, IReadOnlyList<ClientClaim?>? Claims)
{
    /// <summary>The header.</summary>
    public const string Header = "X-MS-CLIENT-PRINCIPAL";

    /// <summary>Object id before subject: the same person has another subject in every app.</summary>
    private static readonly string[] IdTypes =
    [
        "http://schemas.microsoft.com/identity/claims/objectidentifier", "oid",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "sub",
    ];

    private static readonly string[] NameTypes = ["preferred_username", "name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"];

    private static readonly string[] GroupTypes =
    [
        "groups", "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
        "roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
    ];

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What Easy Auth calls claims that tokens call otherwise.</summary>
    private static readonly Dictionary<string, string> LongTypes = new(StringComparer.Ordinal)
    {
        ["tid"] = "http://schemas.microsoft.com/identity/claims/tenantid",
        ["groups"] = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
        ["roles"] = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
    };

    /// <summary>Reads the header; <see langword="null"/> where it is no principal.</summary>
    /// <param name="header">The header's value.</param>
    /// <param name="tenantClaim">Type of the claim that names the tenant.</param>
    public static VerifiedPrincipal? Read(string header, string tenantClaim)
    {
        try
        {
            return JsonSerializer.Deserialize<ClientPrincipal>(Convert.FromBase64String(header), Options) is { } principal
                && principal.Approver() is { } approver
                    ? new VerifiedPrincipal(approver, [.. principal.Of([tenantClaim, LongTypes.GetValueOrDefault(tenantClaim, tenantClaim)])])
                    : null;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return null;
        }
    }

    private Approver? Approver()
    {
        var id = IdTypes.Select(First).FirstOrDefault(value => value is not null);
        var name = NameTypes.Prepend(NameTyp ?? "").Select(First).FirstOrDefault(value => value is not null) ?? id;
        string[] groupTypes = RoleTyp is null ? GroupTypes : [.. GroupTypes, RoleTyp];
        return string.IsNullOrEmpty(AuthTyp) || id is null
            ? null
            : new Approver(id, name!, [.. Of(groupTypes).Distinct(StringComparer.Ordinal)], IsVerified: true);
    }

    private string? First(string type) => Of([type]).FirstOrDefault();

    private IEnumerable<string> Of(string[] types) => (Claims ?? [])
        .Where(claim => claim is { Typ: { } type, Val.Length: > 0 } && types.Contains(type, StringComparer.Ordinal))
        .Select(claim => claim!.Val!);
}

/// <summary>A principal that somebody vouches for.</summary>
/// <param name="Approver">Who it is, with groups and roles.</param>
/// <param name="Tenants">Values of the claim that names the tenant.</param>
internal sealed record VerifiedPrincipal(Approver Approver, IReadOnlyList<string> Tenants);

/// <summary>One claim.</summary>
internal sealed record ClientClaim(string? Typ, string? Val);
