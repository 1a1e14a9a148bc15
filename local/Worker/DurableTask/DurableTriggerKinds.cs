using System.Reflection;
using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.DurableTask.Orchestrations;
using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Local.Worker.DurableTask;

/// <summary>Orchestrators: the context, and the input for a further parameter.</summary>
internal sealed class OrchestrationTriggerKind : TriggerKind
{
    public override bool Serves(TriggerBindingAttribute trigger) => trigger is OrchestrationTriggerAttribute;

    public override Func<LocalFunctionContext, ValueTask<object?>>? BindTrigger(TriggerBindingAttribute trigger, ParameterInfo parameter) =>
        parameter.ParameterType == typeof(TaskOrchestrationContext) ? context => ValueTask.FromResult(context.TriggerValue) : null;

    public override Func<LocalFunctionContext, ValueTask<object?>>? BindOther(TriggerBindingAttribute trigger, ParameterInfo parameter) =>
        parameter.GetCustomAttribute<BindingAttribute>() is null
            ? context => ValueTask.FromResult(((LocalOrchestrationContext)context.TriggerValue!).Input(parameter.ParameterType))
            : null;

    public override IEnumerable<string> Conflicts(IReadOnlyList<LocalFunction> functions) =>
        TaskNames.Conflicts<OrchestrationTriggerAttribute>(functions, "Orchestrator");
}

/// <summary>Activities: the input, and the instance's id for a parameter named instanceId.</summary>
internal sealed class ActivityTriggerKind : TriggerKind
{
    public const string InstanceId = "instanceId";

    public override bool Serves(TriggerBindingAttribute trigger) => trigger is ActivityTriggerAttribute;

    public override Func<LocalFunctionContext, ValueTask<object?>>? BindTrigger(TriggerBindingAttribute trigger, ParameterInfo parameter) =>
        context => ValueTask.FromResult(Input(context, parameter.ParameterType));

    public override Func<LocalFunctionContext, ValueTask<object?>>? BindOther(TriggerBindingAttribute trigger, ParameterInfo parameter) =>
        parameter.Name == InstanceId && parameter.ParameterType == typeof(string)
            ? context => ValueTask.FromResult<object?>(((ActivityCall)context.TriggerValue!).InstanceId)
            : null;

    public override IEnumerable<string> Conflicts(IReadOnlyList<LocalFunction> functions) =>
        TaskNames.Conflicts<ActivityTriggerAttribute>(functions, "Activity");

    private static object? Input(LocalFunctionContext context, Type type) =>
        context.InstanceServices.GetRequiredService<DataConverter>().Deserialize(((ActivityCall)context.TriggerValue!).Input, type);
}

/// <summary>Entities: the dispatcher of one operation.</summary>
internal sealed class EntityTriggerKind : TriggerKind
{
    public override bool Serves(TriggerBindingAttribute trigger) => trigger is EntityTriggerAttribute;

    public override Func<LocalFunctionContext, ValueTask<object?>>? BindTrigger(TriggerBindingAttribute trigger, ParameterInfo parameter) =>
        parameter.ParameterType == typeof(TaskEntityDispatcher)
            ? context => ValueTask.FromResult<object?>(
                new TaskEntityDispatcher((EntityInvocation)context.TriggerValue!, context.InstanceServices))
            : null;

    public override IEnumerable<string> Conflicts(IReadOnlyList<LocalFunction> functions) =>
        TaskNames.Conflicts<EntityTriggerAttribute>(functions, "Entity");
}
