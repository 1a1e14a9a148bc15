using AgentFunctions.Local.DurableTask.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>The app's orchestrators, activities and entities. Names are compared without regard to case.</summary>
internal interface IDurableFunctions
{
    DataConverter Converter { get; }

    /// <summary>The version of instances that are started without one.</summary>
    string? DefaultVersion { get; }

    bool HasOrchestrator(string name);

    bool HasActivity(string name);

    bool HasEntity(string name);

    /// <summary>
    /// Invokes an orchestrator through the app's middleware and returns what it returned. The orchestrator's own code is given to
    /// <paramref name="runCode"/>, which runs it as events come in; the task it returns ends early when the instance is unloaded.
    /// </summary>
    Task<object?> RunOrchestratorAsync(
        LocalOrchestrationContext context, Func<Func<Task<object?>>, Task<object?>> runCode, string? traceParent);

    /// <summary>Invokes an activity and returns its result, serialized.</summary>
    Task<string?> RunActivityAsync(ActivityCall call, CancellationToken cancellation);

    /// <summary>Invokes an entity for one operation and returns its result, serialized.</summary>
    /// <exception cref="Exception">What the operation threw.</exception>
    Task<string?> RunEntityAsync(string name, TaskEntityOperation operation, CancellationToken cancellation);
}

/// <summary>An activity to run.</summary>
internal sealed record ActivityCall(string InstanceId, int TaskId, string Name, string? Input, string? TraceParent);
