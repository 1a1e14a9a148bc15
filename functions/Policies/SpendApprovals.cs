using AgentFunctions.Approvals;
using AgentFunctions.Tools;

namespace AgentFunctions.Policies;

/// <summary>Puts calls that spend more than their policy allows by itself before a human.</summary>
/// <param name="policies">The policies.</param>
/// <param name="tools">The tools, which may declare what a call spends.</param>
public sealed class SpendApprovals(IPolicyCatalog policies, IToolCatalog tools) : IApprovalRule
{
    /// <inheritdoc />
    public ApprovalDemand? Demand(ToolRequest request) => SpendPolicy.Demand(
        policies.Of(request.Agent), request.Agent.Name, request.Tool, request.Arguments, tools.CostUsd(request.Tool));
}
