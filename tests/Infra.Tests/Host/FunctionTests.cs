using System.Reflection;
using System.Text.Json;
using AgentFunctions.Runs;
using Infra.Tests.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Mono.Cecil;

namespace Infra.Tests.Host;

/// <summary>Every function of the compiled app is one that the host of Azure Functions takes and can call.</summary>
public sealed class FunctionTests
{
    private static readonly IReadOnlyList<FunctionMethod> Functions =
        HostRules.Functions(OptionsClasses.Assemblies.SelectMany(assembly => assembly.GetTypes()));

    [Fact]
    public void The_host_takes_every_function_of_the_app()
    {
        Assert.InRange(Functions.Count, 50, 1_000);
        Assert.Empty(HostRules.Problems(Functions));
    }

    [Fact]
    public void Every_kind_of_trigger_is_there() => Assert.Equal(
        ["ActivityTriggerAttribute", "EntityTriggerAttribute", "HttpTriggerAttribute", "OrchestrationTriggerAttribute", "ServiceBusTriggerAttribute", "TimerTriggerAttribute"],
        Functions.Select(function => function.Trigger!.GetType().Name).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void What_goes_through_the_host_survives_JSON() => Assert.Empty(
        Functions.SelectMany(HostRules.Payloads).Distinct().SelectMany(type => Unserialisable(type, [])).Distinct());

    [Theory]
    [InlineData(typeof(Activities), typeof(ActivityTriggerAttribute))]
    [InlineData(typeof(Orchestrations), typeof(OrchestrationTriggerAttribute))]
    public void Every_name_that_orchestrators_call_is_a_function_of_that_kind(Type names, Type trigger)
    {
        var called = names.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.NonPublic).Where(field => field is { IsLiteral: true })
            .Select(field => field.GetRawConstantValue()).OfType<string>().ToList();
        var there = Functions.Where(function => function.Trigger!.GetType() == trigger).Select(function => function.Name).ToHashSet(StringComparer.Ordinal);

        Assert.All(called, name => Assert.Contains(name, there));
    }

    [Fact]
    public void Every_entity_is_dispatched_to_a_class_that_the_worker_can_make_and_save()
    {
        var entities = Functions.Where(function => function.Trigger is EntityTriggerAttribute).ToList();

        Assert.NotEmpty(entities);
        Assert.All(entities, function =>
        {
            var entity = DispatchedType(function.Method);
            var state = StateOf(entity);
            Assert.True(entity is { IsClass: true, IsAbstract: false, IsVisible: true }, $"{entity} cannot be made.");
            Assert.Empty(Unserialisable(state, []));
            Assert.True(
                state.IsValueType || state.GetConstructor(Type.EmptyTypes) is not null || Overrides(entity, "InitializeState"),
                $"{entity} has no first state.");
            Assert.All(Operations(entity), operation => Assert.True(
                operation.GetParameters().Count(IsInput) <= 1, $"{entity.Name}.{operation.Name} takes more than one input."));
            Assert.Empty(Operations(entity).GroupBy(operation => operation.Name, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.Key));
            Assert.Empty(Operations(entity).SelectMany(operation => operation.GetParameters()).Where(IsInput)
                .SelectMany(parameter => Unserialisable(parameter.ParameterType, [])));
        });
    }

    [Theory]
    [InlineData(typeof(SameName), "2 functions are named")]
    [InlineData(typeof(SameRoute), "First and Second answer GET things/{}")]
    [InlineData(typeof(WrongParameter), "nothing fills 'nowhere'")]
    [InlineData(typeof(WrongContext), "nothing fills 'context'")]
    [InlineData(typeof(TwoInputs), "nothing fills 'second'")]
    [InlineData(typeof(NoTrigger), "has 0 triggers")]
    [InlineData(typeof(Unreachable), "cannot reach")]
    [InlineData(typeof(SameMethod), "has another RunAsync")]
    [InlineData(typeof(HostsRoute), "is the host's")]
    [InlineData(typeof(NoSchedule), "is no schedule")]
    [InlineData(typeof(NoConnection), "names no connection")]
    public void The_rules_refuse_what_the_host_refuses(Type functions, string problem) =>
        Assert.Contains(HostRules.Problems(HostRules.Functions([functions])), each => each.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData(typeof(IDisposable))]
    [InlineData(typeof(Func<int>))]
    [InlineData(typeof(Stream))]
    [InlineData(typeof(IReadOnlyList<Stream>))]
    public void The_rules_refuse_what_JSON_cannot_bring_back(Type type) => Assert.NotEmpty(Unserialisable(type, []));

    /// <summary>Types in a payload that System.Text.Json cannot read back, which is found out by letting it.</summary>
    private static IEnumerable<string> Unserialisable(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type) || type.Namespace?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true)
        {
            return [];
        }

        var info = JsonSerializerOptions.Web.GetTypeInfo(type);
        switch (info.Kind)
        {
            case System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.Enumerable:
            case System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.Dictionary:
                return Unserialisable(info.ElementType!, seen);
            case System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.None:
                return type == typeof(object) || typeof(Delegate).IsAssignableFrom(type) ? [$"{type} has no JSON of its own."] : [];
        }

        try
        {
            JsonSerializer.Deserialize("{}", type, JsonSerializerOptions.Web);
        }
        catch (NotSupportedException)
        {
            return [$"{type} cannot be made of JSON."];
        }
        catch (JsonException)
        {
            // It misses a required member, so it can be made.
        }

        return info.Properties.Where(property => property.Get is not null).SelectMany(property => Unserialisable(property.PropertyType, seen));
    }

    private static Type DispatchedType(MethodInfo method)
    {
        using var module = ModuleDefinition.ReadModule(method.DeclaringType!.Assembly.Location);
        var called = module.GetTypes().Single(type => type.FullName == method.DeclaringType.FullName!.Replace('+', '/'))
            .Methods.Single(each => each.Name == method.Name).Body.Instructions
            .Select(instruction => instruction.Operand).OfType<GenericInstanceMethod>()
            .Single(each => each.DeclaringType.Name == nameof(TaskEntityDispatcher));
        return method.DeclaringType.Assembly.GetType(called.GenericArguments[0].FullName.Replace('/', '+'), throwOnError: true)!;
    }

    private static Type StateOf(Type entity) => entity.BaseType switch
    {
        null => throw new InvalidOperationException("The class is no TaskEntity."),
        { IsGenericType: true } parent when parent.GetGenericTypeDefinition() == typeof(TaskEntity<>) => parent.GetGenericArguments()[0],
        var parent => StateOf(parent),
    };

    private static bool Overrides(Type entity, string method) =>
        entity.GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)?.DeclaringType is { IsGenericType: false };

    private static IEnumerable<MethodInfo> Operations(Type entity) =>
        entity.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => !method.IsSpecialName);

    private static bool IsInput(ParameterInfo parameter) => parameter.ParameterType != typeof(TaskEntityContext) && parameter.ParameterType != typeof(TaskEntityOperation);

    public static class SameName
    {
        [Function("Twice")]
        public static void One([ActivityTrigger] string input) => _ = input;

        [Function("twice")]
        public static void Two([ActivityTrigger] string input) => _ = input;
    }

    public static class SameRoute
    {
        [Function("First")]
        public static void First([HttpTrigger(AuthorizationLevel.Function, "get", Route = "things/{id}")] HttpRequest request, string id) => _ = (request, id);

        [Function("Second")]
        public static void Second([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "Things/{other}")] HttpRequest request) => _ = request;
    }

    public static class WrongParameter
    {
        [Function("Stray")]
        public static void Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = "things/{id}")] HttpRequest request, string nowhere) => _ = (request, nowhere);
    }

    public static class WrongContext
    {
        [Function("Wrong")]
        public static Task Run([OrchestrationTrigger] DurableTaskClient context) => Task.FromResult(context);
    }

    public static class TwoInputs
    {
        [Function("Two")]
        public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, string first, string second) => Task.FromResult((context, first, second));
    }

    public static class NoTrigger
    {
        [Function("None")]
        public static void Run(string input) => _ = input;
    }

    public static class Unreachable
    {
        [Function("Hidden")]
        internal static void Run([ActivityTrigger] string input) => _ = input;
    }

    /// <summary>TaskEntity has a RunAsync of its own.</summary>
    public sealed class SameMethod : TaskEntity<int>
    {
        [Function("Counter")]
        public static Task RunAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<SameMethod>();
    }

    public static class HostsRoute
    {
        [Function("Admin")]
        public static void Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = "admin/keys")] HttpRequest request) => _ = request;
    }

    public static class NoSchedule
    {
        [Function("Daily")]
        public static void Run([TimerTrigger("every day")] TimerInfo timer) => _ = timer;
    }

    public static class NoConnection
    {
        [Function("Queue")]
        public static void Run([ServiceBusTrigger("runs")] string message) => _ = message;
    }
}
