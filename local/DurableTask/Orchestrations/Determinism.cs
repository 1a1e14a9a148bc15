using AgentFunctions.Local.DurableTask.History;
using DurableTask.Core.Exceptions;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

internal static class Determinism
{
    private const string Advice =
        "An orchestrator does the same whenever it runs again: it uses no clock, random number or I/O but those of its context, "
        + "and its code is not changed while instances run.";

    public static NonDeterministicOrchestrationException Violated(string instanceId, ActionEvent? recorded, ActionEvent? actual) => new(
        $"Instance '{instanceId}' did not repeat its history: {Name(recorded)} was recorded, {Name(actual)} was made. {Advice}");

    public static NonDeterministicOrchestrationException Strayed(string instanceId) => new(
        $"Instance '{instanceId}' waits for something that is not a task of its context. {Advice}");

    private static string Name(ActionEvent? action) => action is null ? "nothing" : $"#{action.TaskId} ({action.Describe()})";
}
