using AgentFunctions.Audit;

namespace AgentFunctions.Policies;

/// <summary>A rule said no.</summary>
/// <param name="Policy">The policy, and its rule.</param>
/// <param name="Reason">What is not allowed, one sentence for the model, the planner and the operator.</param>
public sealed record PolicyDenial(AuditPolicy Policy, string Reason)
{
    /// <summary>The reason with the rule's and the policy's name.</summary>
    public string Message => $"{Reason} (rule '{Policy.Rule}' of the policy '{Policy.Name}')";

    /// <summary>A denial by a rule of a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="rule">The rule's name.</param>
    /// <param name="reason">What is not allowed, one sentence.</param>
    public static PolicyDenial Of(PolicySnapshot policy, string rule, string reason) =>
        new(new AuditPolicy(policy.Name, policy.Hash, rule), reason);
}
