namespace AgentFunctions;

/// <summary>Among whose calls a resource is used by one at a time.</summary>
public enum ExclusiveScope
{
    /// <summary>Those of one tenant.</summary>
    Tenant,

    /// <summary>Those of one thread.</summary>
    Thread,

    /// <summary>All.</summary>
    Global,
}

/// <summary>
/// Declares that a tool uses something that no two calls may use at the same time. The runtime holds a lease of it around the call, and
/// gives the call a fencing token: <see cref="ToolContext.FencingToken"/>.
/// </summary>
/// <remarks>
/// Calls that wait do so in the order in which they came, and nothing runs meanwhile. A lease ends with its call, however that ends, or
/// when its time is up, because a process may die or a call may hang. After that another call may have the resource while the first one
/// still runs somewhere; so what the tool changes must refuse a token that is smaller than one it has seen (M. Kleppmann, "How to do
/// distributed locking").
/// </remarks>
/// <param name="resource">
/// The resource, such as <c>ledger</c>, or with arguments of the call in braces such as <c>vehicle-{vehicle}</c>.
/// </param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExclusiveUseAttribute(string resource) : Attribute
{
    /// <summary>The resource, with arguments in braces.</summary>
    public string Resource { get; } = resource;

    /// <summary>Among whose calls; by default those of one tenant.</summary>
    public ExclusiveScope Scope { get; init; } = ExclusiveScope.Tenant;

    /// <summary>How long a lease lasts, in seconds; more than all attempts of the call may take. Default 300.</summary>
    public int LeaseSeconds { get; init; } = 300;

    /// <summary>How long a call waits for the resource, in seconds; then it fails as <see cref="ToolFailureKind.Unavailable"/>. Default 300.</summary>
    public int WaitSeconds { get; init; } = 300;
}
