namespace AgentFunctions.Models;

/// <summary>Limits of calls to models.</summary>
/// <param name="Timeout">Longest that one call may take. Setting <c>Models:TimeoutSeconds</c>, default 120.</param>
public sealed record ModelCallLimits(TimeSpan Timeout);
