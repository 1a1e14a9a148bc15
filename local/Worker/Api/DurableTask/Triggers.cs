using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the <c>TaskOrchestrationContext</c> parameter of an orchestrator function.</summary>
public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The orchestrator's name; the function's name when null.</summary>
    public string? Orchestration { get; set; }
}

/// <summary>Marks the input parameter of an activity function.</summary>
public sealed class ActivityTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The activity's name; the function's name when null.</summary>
    public string? Activity { get; set; }
}

/// <summary>Marks the <c>TaskEntityDispatcher</c> parameter of an entity function.</summary>
public sealed class EntityTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The entity's name; the function's name when null.</summary>
    public string? EntityName { get; set; }
}

/// <summary>Marks a <c>DurableTaskClient</c> parameter.</summary>
public sealed class DurableClientAttribute : InputBindingAttribute
{
    /// <summary>The task hub; the app's own when null. The local host serves only the app's own.</summary>
    public string? TaskHub { get; set; }

    /// <summary>The name of the setting with the connection string of the task hub's storage; unused by the local host.</summary>
    public string? ConnectionName { get; set; }
}
