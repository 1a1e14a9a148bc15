using System.Reflection;
using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Local.Worker.Timer;

/// <summary>Timer functions.</summary>
internal sealed class TimerTriggerKind(IConfiguration configuration) : TriggerKind
{
    public override bool Serves(TriggerBindingAttribute trigger) => trigger is TimerTriggerAttribute;

    public override Func<LocalFunctionContext, ValueTask<object?>>? BindTrigger(TriggerBindingAttribute trigger, ParameterInfo parameter) =>
        parameter.ParameterType == typeof(TimerInfo) ? context => ValueTask.FromResult(context.TriggerValue) : null;

    public override IEnumerable<string> Problems(TriggerBindingAttribute trigger, MethodInfo method)
    {
        string? problem = null;
        try
        {
            TimerSchedule.Parse(((TimerTriggerAttribute)trigger).Schedule, configuration);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            problem = error.Message;
        }

        return problem is null ? [] : [problem.TrimEnd('.')];
    }
}
