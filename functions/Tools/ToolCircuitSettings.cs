namespace AgentFunctions.Tools;

/// <summary>When the circuit of a tool opens.</summary>
/// <param name="FailureRatio">The part of its calls that fail, 0 to 1. Setting <c>Tools:Circuit:FailureRatio</c>, default 0.9.</param>
/// <param name="MinimumCalls">Calls before it is judged. Setting <c>Tools:Circuit:MinimumCalls</c>, default 20.</param>
/// <param name="Sampling">How far back it is judged. Setting <c>Tools:Circuit:SamplingSeconds</c>, default 30.</param>
/// <param name="Break">How long it stays open before one call probes it. Setting <c>Tools:Circuit:BreakSeconds</c>, default 15.</param>
internal sealed record ToolCircuitSettings(double FailureRatio, int MinimumCalls, TimeSpan Sampling, TimeSpan Break)
{
    /// <summary>The defaults.</summary>
    public static ToolCircuitSettings Default { get; } = new(0.9, 20, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(15));
}
