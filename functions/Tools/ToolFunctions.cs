using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Leases;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tools;

/// <summary>Makes functions of the described methods of tool classes.</summary>
internal static class ToolFunctions
{
    private const string AsyncSuffix = "Async";

    /// <summary>The tools of a class, in the order of its methods.</summary>
    /// <param name="type">The class.</param>
    /// <param name="instance">The instance whose methods are called.</param>
    /// <exception cref="InvalidOperationException">The class has no described method, or an overloaded one.</exception>
    public static IReadOnlyList<(AIFunction Function, AIFunction? Compensation)> Of(Type type, object instance)
    {
        var methods = type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
            .Where(method => method.GetCustomAttribute<DescriptionAttribute>() is not null)
            .ToList();
        return methods.Count > 0
            ? [.. methods.Select(method => (AIFunctionFactory.Create(Leased(method), instance, Options(method)), Compensations.Of(method, instance)))]
            : throw new InvalidOperationException($"{type.FullName} has no public method with a [Description], so it brings no tool.");
    }

    /// <exception cref="InvalidOperationException">The method declares a lease that cannot be.</exception>
    private static MethodInfo Leased(MethodInfo method)
    {
        if (method.GetCustomAttribute<ExclusiveUseAttribute>() is { } declared)
        {
            var unknown = ExclusiveCalls.ArgumentsOf(declared.Resource).Except(method.GetParameters().Select(parameter => parameter.Name!)).FirstOrDefault();
            if (unknown is not null || declared.Resource.Length == 0 || declared.LeaseSeconds < 1 || declared.WaitSeconds < 1)
            {
                throw new InvalidOperationException(unknown is null
                    ? $"{method.DeclaringType}.{method.Name} needs the name of a resource, and times of a second or more."
                    : $"{method.DeclaringType}.{method.Name} uses a resource by the argument '{unknown}', which it has not.");
            }
        }

        return method;
    }

    /// <summary>A method's name as a tool's: snake_case, without the suffix <c>Async</c>.</summary>
    /// <param name="method">The method's name.</param>
    public static string NameOf(string method)
    {
        var name = method.Length > AsyncSuffix.Length && method.EndsWith(AsyncSuffix, StringComparison.Ordinal)
            ? method[..^AsyncSuffix.Length]
            : method;
        return JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
    }

    internal static AIFunctionFactoryOptions Options(MethodInfo method) => new()
    {
        Name = NameOf(method.Name),
        SerializerOptions = AgentJson.Options,
        ConfigureParameterBinding = Binding,
        MarshalResult = (value, _, _) => ValueTask.FromResult<object?>(
            value is null ? null : JsonSerializer.SerializeToNode(value, value.GetType(), AgentJson.Options)),
        JsonSchemaCreateOptions = new() { TransformOptions = new() { DisallowAdditionalProperties = true } },
        ExcludeResultSchema = true,
    };

    private static AIFunctionFactoryOptions.ParameterBindingOptions Binding(ParameterInfo parameter) => parameter.ParameterType switch
    {
        { } type when type == typeof(ToolContext) => new() { ExcludeFromSchema = true, BindParameter = (_, arguments) => arguments.Context![typeof(ToolContext)] },
        { } type when type == typeof(CancellationToken) || type == typeof(IServiceProvider) => default,
        _ => new() { BindParameter = Bind },
    };

    /// <summary>The schema lets through what a type does not, such as an integer beyond 32 bits; that is the caller's fault, not the tool's.</summary>
    private static object? Bind(ParameterInfo parameter, AIFunctionArguments arguments)
    {
        if (!arguments.TryGetValue(parameter.Name!, out var value))
        {
            return parameter.HasDefaultValue
                ? parameter.DefaultValue
                : throw new ToolFailureException(ToolFailureKind.InvalidArguments, $"'{parameter.Name}' is missing.");
        }

        try
        {
            return ((JsonNode?)value).Deserialize(parameter.ParameterType, AgentJson.Options);
        }
        catch (JsonException exception)
        {
            throw new ToolFailureException(
                ToolFailureKind.InvalidArguments, $"'{parameter.Name}' does not fit the type {parameter.ParameterType.Name}.", exception);
        }
    }
}
