using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Infra.Tests.Host;

/// <summary>A function of a compiled app.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Method">Its method.</param>
internal sealed record FunctionMethod(string Name, MethodInfo Method)
{
    /// <summary>The parameters that carry a trigger.</summary>
    public IReadOnlyList<ParameterInfo> Triggers { get; } =
        [.. Method.GetParameters().Where(parameter => parameter.IsDefined(typeof(TriggerBindingAttribute)))];

    /// <summary>The trigger, where there is exactly one.</summary>
    public TriggerBindingAttribute? Trigger => Triggers is [{ } only] ? only.GetCustomAttribute<TriggerBindingAttribute>() : null;

    /// <summary>What the method returns, without a task around it; <see langword="null"/> for nothing.</summary>
    public Type? Result => Method.ReturnType switch
    {
        var type when type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask) => null,
        { IsGenericType: true } type when type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>) =>
            type.GetGenericArguments()[0],
        var type => type,
    };
}

/// <summary>The rules of the Azure Functions host and of its .NET isolated worker, as far as they show in a compiled app.</summary>
internal static partial class HostRules
{
    /// <summary>The functions of types.</summary>
    /// <param name="types">The types.</param>
    public static IReadOnlyList<FunctionMethod> Functions(IEnumerable<Type> types) =>
    [
        .. from type in types
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           let attribute = method.GetCustomAttribute<FunctionAttribute>()
           where attribute is not null
           select new FunctionMethod(attribute.Name, method),
    ];

    /// <summary>What the host would refuse or could not bind.</summary>
    /// <param name="functions">The functions of an app.</param>
    public static IReadOnlyList<string> Problems(IReadOnlyList<FunctionMethod> functions) =>
        [.. functions.SelectMany(Problems), .. SameNames(functions), .. SameRoutes(functions)];

    /// <summary>What goes through JSON between the host and the app.</summary>
    /// <param name="function">A function.</param>
    public static IEnumerable<Type> Payloads(FunctionMethod function)
    {
        if (function.Trigger is ActivityTriggerAttribute or ServiceBusTriggerAttribute && function.Triggers[0].ParameterType is var input && !IsOfTheSdk(input))
        {
            yield return input;
        }

        if (function.Trigger is OrchestrationTriggerAttribute)
        {
            foreach (var parameter in function.Method.GetParameters().Where(each => each.ParameterType != typeof(TaskOrchestrationContext)))
            {
                yield return parameter.ParameterType;
            }
        }

        if (function.Trigger is ActivityTriggerAttribute or OrchestrationTriggerAttribute && function.Result is { } result)
        {
            yield return result;
        }
    }

    private static IEnumerable<string> Problems(FunctionMethod function)
    {
        var (name, method) = (function.Name, function.Method);
        if (!FunctionName().IsMatch(name))
        {
            yield return $"'{name}' is no name of a function.";
        }

        if (!method.IsPublic || !method.DeclaringType!.IsVisible || method.DeclaringType.ContainsGenericParameters || method.IsGenericMethod
            || (method.DeclaringType.IsAbstract && !method.IsStatic))
        {
            yield return $"{name}: the worker cannot reach {method.DeclaringType}.{method.Name}.";
        }

        if (!IsFoundByName(method))
        {
            yield return $"{name}: the worker finds a method by its name, and {method.DeclaringType} has another {method.Name}.";
        }

        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
        {
            yield return $"{name}: nobody waits for async void.";
        }

        if (function.Trigger is not { } trigger)
        {
            yield return $"{name} has {function.Triggers.Count} triggers.";
            yield break;
        }

        foreach (var parameter in method.GetParameters())
        {
            if (!(parameter == function.Triggers[0] ? CanTrigger(trigger, parameter.ParameterType) : CanBind(trigger, parameter)))
            {
                yield return $"{name}: nothing fills '{parameter.Name}' of type {parameter.ParameterType.Name}.";
            }
        }

        foreach (var problem in ProblemsOf(trigger))
        {
            yield return $"{name}: {problem}";
        }
    }

    /// <summary>Whether the name alone leads to the method, as it has to when the worker loads the function: inherited methods count.</summary>
    private static bool IsFoundByName(MethodInfo method) =>
        method.DeclaringType!.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Count(each => each.Name == method.Name && !IsOverridden(each, method)) <= 1;

    private static bool IsOverridden(MethodInfo each, MethodInfo method) => each != method && each == method.GetBaseDefinition();

    private static IEnumerable<string> ProblemsOf(TriggerBindingAttribute trigger)
    {
        switch (trigger)
        {
            case HttpTriggerAttribute { Route: { } route } when route.StartsWith('/') || ReservedRoute().IsMatch(route):
                yield return $"the route '{route}' is the host's.";
                break;
            case TimerTriggerAttribute { Schedule: var schedule } when !Setting().IsMatch(schedule) && schedule.Split(' ').Length is not (5 or 6):
                yield return $"'{schedule}' is no schedule.";
                break;
            case ServiceBusTriggerAttribute { Connection: null or "" }:
                yield return "the trigger names no connection.";
                break;
        }
    }

    private static bool CanTrigger(TriggerBindingAttribute trigger, Type type) => trigger switch
    {
        HttpTriggerAttribute => type == typeof(HttpRequest) || type == typeof(HttpRequestData),
        OrchestrationTriggerAttribute => type == typeof(TaskOrchestrationContext),
        EntityTriggerAttribute => type == typeof(TaskEntityDispatcher),
        TimerTriggerAttribute => type == typeof(TimerInfo),
        ServiceBusTriggerAttribute bus when bus.IsBatched != (type.IsArray && type != typeof(byte[])) => false,
        ActivityTriggerAttribute or ServiceBusTriggerAttribute => !type.IsInterface && !type.IsPointer && !type.IsByRef,
        _ => false,
    };

    private static bool CanBind(TriggerBindingAttribute trigger, ParameterInfo parameter)
    {
        if (parameter.IsDefined(typeof(DurableClientAttribute)))
        {
            return parameter.ParameterType == typeof(DurableTaskClient) && trigger is not OrchestrationTriggerAttribute;
        }

        if (parameter.ParameterType == typeof(FunctionContext) || parameter.ParameterType == typeof(CancellationToken))
        {
            return true;
        }

        return trigger switch
        {
            HttpTriggerAttribute http => parameter.IsDefined(typeof(FromBodyAttribute))
                || (parameter.ParameterType == typeof(string) && RouteParameters(http.Route ?? "").Contains(parameter.Name)),
            ActivityTriggerAttribute => parameter is { Name: "instanceId" } && parameter.ParameterType == typeof(string),
            // The worker's converter fills one further parameter of an orchestrator with its input.
            OrchestrationTriggerAttribute => parameter.Position == 1 && parameter.GetCustomAttributes<BindingAttribute>().FirstOrDefault() is null,
            ServiceBusTriggerAttribute bus => parameter.ParameterType == typeof(ServiceBusMessageActions)
                || (bus.IsSessionsEnabled && parameter.ParameterType == typeof(ServiceBusSessionMessageActions)),
            _ => false,
        };
    }

    private static IEnumerable<string> SameNames(IReadOnlyList<FunctionMethod> functions) => functions
        .GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
        .Where(same => same.Count() > 1)
        .Select(same => $"{same.Count()} functions are named '{same.Key}'.");

    private static IEnumerable<string> SameRoutes(IReadOnlyList<FunctionMethod> functions) => functions
        .Where(function => function.Trigger is HttpTriggerAttribute)
        .SelectMany(function => Routes(function, (HttpTriggerAttribute)function.Trigger!))
        .GroupBy(each => each.Route, StringComparer.OrdinalIgnoreCase)
        .Where(same => same.Count() > 1)
        .Select(same => $"{string.Join(" and ", same.Select(each => each.Name))} answer {same.Key}.");

    private static IEnumerable<(string Name, string Route)> Routes(FunctionMethod function, HttpTriggerAttribute http)
    {
        var route = RouteParameter().Replace(http.Route ?? function.Name, match => match.Groups["rest"].Success ? "{*}" : "{}");
        foreach (var method in http.Methods is { Length: > 0 } methods ? methods : ["any"])
        {
            yield return (function.Name, $"{method.ToUpperInvariant()} {route}");
        }
    }

    private static IEnumerable<string> RouteParameters(string route) => RouteParameter().Matches(route).Select(match => match.Groups["name"].Value);

    private static bool IsOfTheSdk(Type type) =>
        type == typeof(string) || type == typeof(byte[]) || type.Namespace?.StartsWith("Azure.", StringComparison.Ordinal) == true;

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,127}$")]
    private static partial Regex FunctionName();

    [GeneratedRegex("^(admin|runtime)(/|$)", RegexOptions.IgnoreCase)]
    private static partial Regex ReservedRoute();

    [GeneratedRegex(@"\{(?<rest>\*{1,2})?(?<name>[A-Za-z0-9_]+)[^}]*\}", RegexOptions.ExplicitCapture)]
    private static partial Regex RouteParameter();

    [GeneratedRegex("^%[^%]+%$")]
    private static partial Regex Setting();
}
