using AgentFunctions.Local.DurableTask.History;
using DurableTask.Core.Exceptions;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

internal static class Determinism
{
    private const string Advice =
        "An orchestrator does the same whenever it runs again: it uses no clock, random number or I/O but those of its context, "
        + "and its code is not changed while instances run.";

    /// <summary>The error of a replay at the event where it left the history; one of the two actions may be missing.</summary>
    public static NonDeterministicOrchestrationException Violated(string instanceId, ActionEvent? recorded, ActionEvent? actual)
    {
        var at = recorded ?? actual!;
        return new NonDeterministicOrchestrationException(
            $"Instance '{instanceId}' did not repeat its history at event #{at.TaskId} ({EventTypes.Of(at)}): "
            + $"expected {Name(recorded)}, found {Name(actual)}. {Advice}");
    }

    public static NonDeterministicOrchestrationException Strayed(string instanceId) => new(
        $"Instance '{instanceId}' waits for something that is not a task of its context. {Advice}");

    private static string Name(ActionEvent? action) => action?.Describe() ?? "nothing";
}
