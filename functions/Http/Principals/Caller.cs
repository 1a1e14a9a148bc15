using AgentFunctions.Approvals;
using AgentFunctions.Http.Requests;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Principals;

/// <summary>Who calls, for which tenant, and what they may do.</summary>
/// <param name="Principal">The person that the platform vouches for; <see langword="null"/> for a machine with a function key.</param>
/// <param name="Tenant">The only tenant whose things there are for this caller; <see langword="null"/> where there are those of all.</param>
/// <param name="MaySetBudgets">Whether limits may be changed.</param>
/// <param name="MayOperate">Whether what all tenants share may be changed, and looked at as a whole.</param>
/// <param name="IsMachine">Whether a function key of its own says who calls.</param>
internal sealed record Caller(Approver? Principal, string? Tenant, bool MaySetBudgets, bool MayOperate, bool IsMachine)
{
    /// <summary>Whoever has a function key, where the app knows neither principals nor keys of tenants.</summary>
    public static Caller Anybody { get; } = new(null, null, MaySetBudgets: true, MayOperate: true, IsMachine: false);

    /// <summary>Whether there is anything of this tenant for the caller.</summary>
    public bool Sees(string tenant) => Tenant is null || Tenant == tenant;

    /// <summary>The tenant of a list: the caller's own, or the one that is asked for, or <see langword="null"/> for all.</summary>
    /// <exception cref="RequestRefusedException">It is another tenant's.</exception>
    public string? Asked(string? tenant) => tenant is null || Sees(tenant)
        ? Tenant ?? tenant
        : throw RequestRefusedException.Forbidden("tenant", $"You are of the tenant '{Tenant}'.");

    /// <exception cref="RequestRefusedException">The caller may not set budgets.</exception>
    public void RequireBudgetManager()
    {
        if (!MaySetBudgets)
        {
            throw RequestRefusedException.Forbidden("principal", "Only budget managers may set budgets.");
        }
    }

    /// <exception cref="RequestRefusedException">The caller does not operate the app.</exception>
    public void RequireOperator()
    {
        if (!MayOperate || Tenant is not null)
        {
            throw RequestRefusedException.Forbidden("principal", "All tenants share this; it is for operators only.");
        }
    }
}

/// <summary>The caller of a request, once <see cref="CallerGate"/> has let it in.</summary>
internal static class CallerOfRequest
{
    /// <exception cref="InvalidOperationException">Nobody has looked who calls: the route is open to all, or the gate is missing.</exception>
    public static Caller Caller(this HttpRequest request) => request.HttpContext.Features.Get<Caller>()
        ?? throw new InvalidOperationException("Nobody has looked who calls.");
}
