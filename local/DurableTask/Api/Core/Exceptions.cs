namespace DurableTask.Core.Exceptions;

/// <summary>An orchestration was started under the id of one that exists and may not be replaced.</summary>
public class OrchestrationAlreadyExistsException : Exception
{
    /// <summary>Tells which one.</summary>
    public OrchestrationAlreadyExistsException(string message)
        : base(message)
    {
    }
}

/// <summary>An orchestrator, run again, did something else than its history says.</summary>
internal sealed class NonDeterministicOrchestrationException(string message) : Exception(message);
