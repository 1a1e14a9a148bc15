using AgentFunctions.Agents;

namespace AgentFunctions.Runs;

/// <summary>What of a run a human must accept: what its request asked for, and what its agents' definitions ask for. Pure.</summary>
public static class ApprovalNeeds
{
    /// <summary>Whether a human must accept its plan.</summary>
    /// <param name="run">The run.</param>
    /// <param name="agent">Its agent.</param>
    public static bool NeedsPlanApproval(this RunRecord run, AgentDefinition agent) =>
        run.PlanApproval || agent.Approvals?.Plan is not null;

    /// <summary>Whether a human must accept the result of its plan.</summary>
    /// <param name="run">The run.</param>
    /// <param name="agent">Its agent.</param>
    public static bool NeedsResultApproval(this RunRecord run, AgentDefinition agent) =>
        run.ResultApproval || agent.Approvals?.Result is not null;

    /// <summary>
    /// Whether a human must accept the answer of a loop: as the result of a run that is nothing but the loop, or because the
    /// definition of another agent, which works on a step of the run's plan, says so.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="agent">The loop's agent.</param>
    public static bool NeedsAnswerApproval(this RunRecord run, AgentDefinition agent) => agent.Name == run.Agent
        ? run.PlanHash is null && run.NeedsResultApproval(agent)
        : agent.Approvals?.Result is not null;
}
