namespace AgentFunctions.Planning;

/// <summary>What is wrong with a plan.</summary>
/// <param name="Field">The field at fault, such as <c>steps[2].dependsOn</c>.</param>
/// <param name="Problem">What is wrong, one sentence for the caller or the planner.</param>
public sealed record PlanProblem(string Field, string Problem);
