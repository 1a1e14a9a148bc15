using System.Reflection;
using AgentFunctions.Local.Worker.Invocation;

namespace AgentFunctions.Local.Worker.Discovery;

/// <summary>Fills one parameter of a function for one invocation.</summary>
internal sealed record ParameterBinder(ParameterInfo Parameter, Func<LocalFunctionContext, ValueTask<object?>> Bind);
