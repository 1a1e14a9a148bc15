using System.Collections.Immutable;
using System.Diagnostics;
using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.DurableTask.Orchestrations;
using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.Hosting;
using AgentFunctions.Local.Worker.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.Worker.DurableTask;

/// <summary>The app's orchestrators, activities and entities, invoked through its middleware.</summary>
internal sealed class DurableFunctions(FunctionCatalog catalog, FunctionInvoker invoker, DataConverter converter, HostJson hostJson)
    : IDurableFunctions
{
    private readonly Dictionary<string, LocalFunction> orchestrators = TaskNames.ByName<OrchestrationTriggerAttribute>(catalog);
    private readonly Dictionary<string, LocalFunction> activities = TaskNames.ByName<ActivityTriggerAttribute>(catalog);
    private readonly Dictionary<string, LocalFunction> entities = TaskNames.ByName<EntityTriggerAttribute>(catalog);

    public DataConverter Converter => converter;

    public string? DefaultVersion => hostJson.DefaultVersion;

    public bool HasOrchestrator(string name) => orchestrators.ContainsKey(name);

    public bool HasActivity(string name) => activities.ContainsKey(name);

    public bool HasEntity(string name) => entities.ContainsKey(name);

    public Task<object?> RunOrchestratorAsync(
        LocalOrchestrationContext context, Func<Func<Task<object?>>, Task<object?>> runCode, string? traceParent)
    {
        var invocation = new Invocation.Invocation(orchestrators[context.Name], context)
        {
            BindingData = InstanceData(context.InstanceId),
            HasTimeout = false,
            StopsWithHost = false,
            Cause = Cause(traceParent),
            RunCode = runCode,
        };
        return invoker.InvokeAsync(invocation, CancellationToken.None);
    }

    public async Task<string?> RunActivityAsync(ActivityCall call, CancellationToken cancellation)
    {
        var invocation = new Invocation.Invocation(activities[call.Name], call)
        {
            BindingData = InstanceData(call.InstanceId),
            Cause = Cause(call.TraceParent),
        };
        return converter.Serialize(await invoker.InvokeAsync(invocation, cancellation));
    }

    public async Task<string?> RunEntityAsync(string name, TaskEntityOperation operation, CancellationToken cancellation)
    {
        var function = entities[name];
        var entity = new EntityInvocation(operation);
        await invoker.InvokeAsync(new Invocation.Invocation(function, entity), cancellation);
        return converter.Serialize(entity.Result(function.Name));
    }

    private static ImmutableDictionary<string, object?> InstanceData(string instanceId) =>
        ImmutableDictionary<string, object?>.Empty.Add(ActivityTriggerKind.InstanceId, instanceId);

    private static ActivityContext Cause(string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var cause) ? cause : default;
}
