namespace AgentFunctions.Approvals;

/// <summary>Somebody who answers.</summary>
/// <param name="Id">Tells people apart: the principal's id; the given name where there are no principals.</param>
/// <param name="Name">What they are called in the record.</param>
/// <param name="Groups">Groups and roles of the principal.</param>
/// <param name="IsVerified">Whether the platform vouches for all this; a name out of a request's body is not verified.</param>
public sealed record Approver(string Id, string Name, IReadOnlyList<string> Groups, bool IsVerified)
{
    /// <summary>Somebody who only says who they are.</summary>
    /// <param name="name">The name.</param>
    public static Approver Unverified(string name) => new(name.Trim().ToUpperInvariant(), name, [], IsVerified: false);
}
