using System.Reflection;
using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace AgentFunctions.Local.Worker.Http;

/// <summary>HTTP functions: the request, the body and the route's values.</summary>
internal sealed class HttpTriggerKind(bool isWebApplication) : TriggerKind
{
    public static string RouteOf(LocalFunction function) => RouteOf(function.Name, (HttpTriggerAttribute)function.Trigger);

    public override bool Serves(TriggerBindingAttribute trigger) => trigger is HttpTriggerAttribute;

    public override Func<LocalFunctionContext, ValueTask<object?>>? BindTrigger(TriggerBindingAttribute trigger, ParameterInfo parameter) =>
        BindRequest(parameter) ?? BindBody(parameter);

    public override Func<LocalFunctionContext, ValueTask<object?>>? BindOther(TriggerBindingAttribute trigger, ParameterInfo parameter)
    {
        if ((BindBody(parameter) ?? BindRequest(parameter)) is { } bound)
        {
            return bound;
        }

        var isRouteValue = Parse(((HttpTriggerAttribute)trigger).Route)?.GetParameter(parameter.Name!) is not null;
        return isRouteValue && TextConversion.IsPossible(parameter.ParameterType)
            ? context => ValueTask.FromResult(RouteValue(context, parameter))
            : null;
    }

    public override IEnumerable<string> Problems(TriggerBindingAttribute trigger, MethodInfo method)
    {
        var http = (HttpTriggerAttribute)trigger;
        if (!isWebApplication)
        {
            yield return "it has an HTTP trigger, and the app does not call ConfigureFunctionsWebApplication()";
        }

        if (http.Route is not null && Parse(http.Route) is null)
        {
            yield return $"its route '{http.Route}' is not a route template";
        }

        if (!IsResult(Unwrapped(method.ReturnType)))
        {
            yield return $"it returns {Unwrapped(method.ReturnType).Name}; an HTTP function returns an IActionResult, an IResult, an HttpResponseData or nothing";
        }
    }

    public override IEnumerable<string> Conflicts(IReadOnlyList<LocalFunction> functions)
    {
        var http = functions.Where(function => function.Trigger is HttpTriggerAttribute).ToList();
        return from first in http.Select((function, index) => (Function: function, Index: index))
               from second in http.Skip(first.Index + 1)
               where Shape(first.Function) == Shape(second) && MethodsMeet(first.Function, second)
               select $"Functions '{first.Function.Name}' and '{second.Name}': both answer the route '{RouteOf(second)}'.";
    }

    private static string RouteOf(string name, HttpTriggerAttribute trigger) => trigger.Route?.TrimStart('/') ?? name;

    private static RoutePattern? Parse(string? route)
    {
        try
        {
            return RoutePatternFactory.Parse(route ?? string.Empty);
        }
        catch (RoutePatternException)
        {
            return null;
        }
    }

    /// <summary>The route with its parameters' names left out, since these tell no request apart.</summary>
    private static string Shape(LocalFunction function) => string.Join('/', Parse(RouteOf(function))!.PathSegments
        .Select(segment => string.Concat(segment.Parts.Select(Shape)))).ToUpperInvariant();

    private static string Shape(RoutePatternPart part) => part switch
    {
        RoutePatternParameterPart parameter =>
            $"{{{(parameter.IsCatchAll ? "*" : string.Empty)}{string.Join(':', parameter.ParameterPolicies.Select(policy => policy.Content))}}}",
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        _ => throw new InvalidOperationException($"There is no route part {part.GetType()}."),
    };

    private static bool MethodsMeet(LocalFunction first, LocalFunction second)
    {
        var a = ((HttpTriggerAttribute)first.Trigger).Methods;
        var b = ((HttpTriggerAttribute)second.Trigger).Methods;
        return a is not { Length: > 0 } || b is not { Length: > 0 } || a.Intersect(b, StringComparer.OrdinalIgnoreCase).Any();
    }

    private static Type Unwrapped(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? type.GetGenericArguments()[0]
            : type;

    private static bool IsResult(Type type) =>
        type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask) || type == typeof(object)
        || type.IsAssignableTo(typeof(HttpResponseData))
        || type.IsAssignableTo(typeof(IActionResult)) || type.IsAssignableTo(typeof(IResult));

    private static Func<LocalFunctionContext, ValueTask<object?>>? BindRequest(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(HttpRequest) => context => ValueTask.FromResult<object?>(Http(context).Request),
        var type when type == typeof(HttpRequestData) => async context => await context.GetHttpRequestDataAsync(),
        _ => null,
    };

    private static Func<LocalFunctionContext, ValueTask<object?>>? BindBody(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<FromBodyAttribute>() is null
            ? null
            : context => HttpBodyReader.ReadAsync(Http(context), parameter.ParameterType);

    private static object? RouteValue(LocalFunctionContext context, ParameterInfo parameter)
    {
        var value = Http(context).Request.RouteValues.GetValueOrDefault(parameter.Name!);
        try
        {
            return value is null && parameter.HasDefaultValue
                ? parameter.DefaultValue
                : TextConversion.Convert(value, parameter.ParameterType);
        }
        catch (FormatException error)
        {
            throw new BadHttpRequestException($"'{parameter.Name}' in the route: {error.Message}", error);
        }
    }

    private static HttpContext Http(LocalFunctionContext context) => (HttpContext)context.TriggerValue!;
}
