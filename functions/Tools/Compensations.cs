using System.Reflection;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tools;

/// <summary>Makes functions of the methods that undo what tools have done.</summary>
internal static class Compensations
{
    /// <summary>The parameter that is given what the call returned.</summary>
    public const string Result = "result";

    /// <summary>The compensation of a tool; <see langword="null"/> where it declares none.</summary>
    /// <param name="tool">The tool's method.</param>
    /// <param name="instance">The instance whose methods are called.</param>
    /// <exception cref="InvalidOperationException">The method does not exist, or asks for what the call does not have.</exception>
    public static AIFunction? Of(MethodInfo tool, object instance)
    {
        if (tool.GetCustomAttribute<CompensatedByAttribute>() is not { } declared)
        {
            return null;
        }

        var type = instance.GetType();
        var methods = type.GetMethods(BindingFlags.Public | BindingFlags.Instance).Where(method => method.Name == declared.Method).ToList();
        if (methods is not [var method])
        {
            throw new InvalidOperationException(
                $"{type.FullName}.{tool.Name} is compensated by '{declared.Method}', but there is not one public method of that name.");
        }

        var known = tool.GetParameters().Select(parameter => parameter.Name).Append(Result).ToHashSet(StringComparer.Ordinal);
        var unknown = method.GetParameters().FirstOrDefault(parameter => !IsGiven(parameter.ParameterType) && !known.Contains(parameter.Name));
        return unknown is null
            ? AIFunctionFactory.Create(method, instance, ToolFunctions.Options(method))
            : throw new InvalidOperationException(
                $"{type.FullName}.{method.Name} compensates {tool.Name}, which has no parameter '{unknown.Name}'.");
    }

    private static bool IsGiven(Type type) =>
        type == typeof(ToolContext) || type == typeof(CancellationToken) || type == typeof(IServiceProvider);
}
