using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace AgentFunctions.Local.Worker.Discovery;

/// <summary>A function found in the app: its method, what starts it and how its parameters are filled.</summary>
internal sealed record LocalFunction(
    string Name,
    MethodInfo Method,
    ParameterInfo TriggerParameter,
    TriggerBindingAttribute Trigger,
    IReadOnlyList<ParameterBinder> Binders,
    LocalFunctionDefinition Definition);
