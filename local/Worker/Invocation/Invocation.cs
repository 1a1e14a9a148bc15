using System.Collections.Immutable;
using System.Diagnostics;
using AgentFunctions.Local.Worker.Discovery;

namespace AgentFunctions.Local.Worker.Invocation;

/// <summary>A function to invoke and what its trigger hands it.</summary>
internal sealed record Invocation(LocalFunction Function, object? TriggerValue)
{
    /// <summary>What parameters are bound to by name, and <c>BindingContext.BindingData</c>.</summary>
    public IReadOnlyDictionary<string, object?> BindingData { get; init; } = ImmutableDictionary<string, object?>.Empty;

    /// <summary>Whether host.json's <c>functionTimeout</c> cancels the invocation.</summary>
    public bool HasTimeout { get; init; } = true;

    /// <summary>Whether the host's end cancels the invocation.</summary>
    public bool StopsWithHost { get; init; } = true;

    /// <summary>Runs the function's code, given as a call; within the invocation when null.</summary>
    public Func<Func<Task<object?>>, Task<object?>>? RunCode { get; init; }

    /// <summary>The trace of whoever caused the invocation, used when no span is current.</summary>
    public ActivityContext Cause { get; init; }

    /// <summary>Runs before the middleware.</summary>
    public Action<LocalFunctionContext>? Prepare { get; init; }

    /// <summary>Runs after the middleware, within the invocation's scope.</summary>
    public Func<LocalFunctionContext, Task>? Complete { get; init; }
}
