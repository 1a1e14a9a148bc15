using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Benchmarks.App;

/// <summary>Activities that tell of themselves.</summary>
public sealed class NotedSteps(Marks marks, Ledger ledger)
{
    [Function(nameof(Mark))]
    public void Mark([ActivityTrigger] string name) => marks.Set(name);

    [Function(nameof(Note))]
    public int Note([ActivityTrigger] NotedStep step)
    {
        ledger.Note(step.Instance, step.Number);
        return step.Number;
    }
}

public sealed record NotedStep(string Instance, int Number);
