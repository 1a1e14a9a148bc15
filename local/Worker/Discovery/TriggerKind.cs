using System.Reflection;
using AgentFunctions.Local.Worker.Invocation;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace AgentFunctions.Local.Worker.Discovery;

/// <summary>What one kind of trigger hands to a function.</summary>
internal abstract class TriggerKind
{
    /// <summary>Whether this kind serves the trigger.</summary>
    public abstract bool Serves(TriggerBindingAttribute trigger);

    /// <summary>What fills the trigger's own parameter, or null when nothing can.</summary>
    public abstract Func<LocalFunctionContext, ValueTask<object?>>? BindTrigger(TriggerBindingAttribute trigger, ParameterInfo parameter);

    /// <summary>What fills another parameter, or null when nothing of this kind does.</summary>
    public virtual Func<LocalFunctionContext, ValueTask<object?>>? BindOther(TriggerBindingAttribute trigger, ParameterInfo parameter) => null;

    /// <summary>What else keeps the function from being served.</summary>
    public virtual IEnumerable<string> Problems(TriggerBindingAttribute trigger, MethodInfo method) => [];

    /// <summary>What keeps functions from being served together.</summary>
    public virtual IEnumerable<string> Conflicts(IReadOnlyList<LocalFunction> functions) => [];
}
