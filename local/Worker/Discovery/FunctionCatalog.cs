using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace AgentFunctions.Local.Worker.Discovery;

/// <summary>The functions of an app, checked as far as can be before one runs.</summary>
internal sealed class FunctionCatalog
{
    private const BindingFlags AnyMethod =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private FunctionCatalog(IReadOnlyList<LocalFunction> functions) => Functions = functions;

    public IReadOnlyList<LocalFunction> Functions { get; }

    public IEnumerable<LocalFunction> TriggeredBy<TTrigger>()
        where TTrigger : TriggerBindingAttribute => Functions.Where(function => function.Trigger is TTrigger);

    /// <summary>Finds the functions among the types.</summary>
    /// <exception cref="FunctionDiscoveryException">A function cannot be served.</exception>
    public static FunctionCatalog Of(IEnumerable<Type> types, TriggerKinds kinds)
    {
        var problems = new List<string>();
        var functions = new List<LocalFunction>();
        foreach (var method in types.SelectMany(type => type.GetMethods(AnyMethod)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is { } attribute)
            {
                Add(attribute.Name, method, kinds, functions, problems);
            }
        }

        problems.AddRange(functions
            .GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1)
            .Select(group => $"Function '{group.Key}': {group.Count()} methods have this name: {Entries(group)}."));
        problems.AddRange(kinds.Conflicts(functions));
        return problems.Count == 0 ? new FunctionCatalog(functions) : throw new FunctionDiscoveryException(problems);
    }

    private static string Entries(IEnumerable<LocalFunction> functions) =>
        string.Join(", ", functions.Select(function => function.Definition.EntryPoint));

    private static void Add(
        string name, MethodInfo method, TriggerKinds kinds, List<LocalFunction> functions, List<string> problems)
    {
        var found = new List<string>();
        if (Shape(name, method) is { } shape)
        {
            found.Add(shape);
        }

        // Once: hosts that are built at the same time may each be given parameters of their own, which are not equal.
        var parameters = method.GetParameters();
        var triggers = parameters
            .Select(parameter => (Parameter: parameter, Trigger: parameter.GetCustomAttribute<TriggerBindingAttribute>()))
            .Where(pair => pair.Trigger is not null)
            .ToList();
        if (triggers.Count != 1)
        {
            found.Add($"it has {triggers.Count} triggers instead of one");
        }
        else if (kinds.Find(triggers[0].Trigger!) is not { } kind)
        {
            found.Add($"nothing here serves a {triggers[0].Trigger!.GetType().Name}");
        }
        else
        {
            var (parameter, trigger) = triggers[0];
            found.AddRange(kind.Problems(trigger!, method));
            var binders = new List<ParameterBinder>();
            foreach (var each in parameters)
            {
                if (ParameterBinders.Find(each, parameter, trigger!, kind) is { } binder)
                {
                    binders.Add(binder);
                }
                else
                {
                    found.Add($"the parameter '{each.Name}' of type {each.ParameterType.Name} cannot be bound");
                }
            }

            if (found.Count == 0)
            {
                functions.Add(new LocalFunction(
                    name, method, parameter, trigger!, binders, new LocalFunctionDefinition(name, method)));
            }
        }

        problems.AddRange(found.Select(problem => $"Function '{name}' ({method.DeclaringType!.FullName}.{method.Name}): {problem}."));
    }

    private static string? Shape(string name, MethodInfo method) => method switch
    {
        _ when string.IsNullOrWhiteSpace(name) => "it has no name",
        { IsPublic: false } => "its method is not public",
        { ContainsGenericParameters: true } => "its method is generic",
        _ when method.DeclaringType!.GetMethods().Any(each => each.Name == method.Name && each.GetBaseDefinition() != method.GetBaseDefinition()) =>
            "its type has another method of its name, inherited ones included, and in Azure the worker finds a method by its name alone",
        { IsStatic: false, DeclaringType.IsAbstract: true } => "its type is abstract",
        _ when method.ReturnType == typeof(void)
            && method.GetCustomAttribute<System.Runtime.CompilerServices.AsyncStateMachineAttribute>() is not null => "it is async void",
        _ => null,
    };
}
