using System.Reflection;
using AgentFunctions.Local.Worker.DurableTask;
using AgentFunctions.Local.Worker.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Local.Worker.Discovery;

/// <summary>What fills a parameter: the trigger, the invocation, a durable client, or what the trigger tells under its name.</summary>
internal static class ParameterBinders
{
    public static ParameterBinder? Find(
        ParameterInfo parameter, ParameterInfo triggerParameter, TriggerBindingAttribute trigger, TriggerKind kind)
    {
        var bind = parameter == triggerParameter
            ? kind.BindTrigger(trigger, parameter)
            : OfTheInvocation(parameter) ?? kind.BindOther(trigger, parameter);
        return bind is null ? null : new ParameterBinder(parameter, bind);
    }

    private static Func<LocalFunctionContext, ValueTask<object?>>? OfTheInvocation(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<DurableClientAttribute>() is not null)
        {
            return parameter.ParameterType == typeof(DurableTaskClient)
                ? context => ValueTask.FromResult<object?>(context.InstanceServices.GetRequiredService<DurableRuntime>().Client)
                : null;
        }

        if (parameter.GetCustomAttribute<BindingAttribute>() is not null)
        {
            return null;
        }

        return parameter.ParameterType switch
        {
            var type when type == typeof(FunctionContext) => context => ValueTask.FromResult<object?>(context),
            var type when type == typeof(CancellationToken) => context => ValueTask.FromResult<object?>(context.CancellationToken),
            _ => null,
        };
    }
}
