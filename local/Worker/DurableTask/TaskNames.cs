using AgentFunctions.Local.Worker.Discovery;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace AgentFunctions.Local.Worker.DurableTask;

/// <summary>The names under which functions are called as orchestrators, activities and entities.</summary>
internal static class TaskNames
{
    public static string Of(LocalFunction function) => Of(function.Trigger) is { Length: > 0 } name ? name : function.Name;

    public static Dictionary<string, LocalFunction> ByName<TTrigger>(FunctionCatalog catalog)
        where TTrigger : TriggerBindingAttribute =>
        catalog.TriggeredBy<TTrigger>().ToDictionary(function => Of(function), StringComparer.OrdinalIgnoreCase);

    /// <summary>Problems with names that several functions of a kind have.</summary>
    public static IEnumerable<string> Conflicts<TTrigger>(IEnumerable<LocalFunction> functions, string kind)
        where TTrigger : TriggerBindingAttribute => functions
        .Where(function => function.Trigger is TTrigger)
        .GroupBy(function => Of(function), StringComparer.OrdinalIgnoreCase)
        .Where(group => group.Count() > 1)
        .Select(group => $"{kind} '{group.Key}': {group.Count()} functions have this name: {string.Join(", ", group.Select(each => each.Name))}.");

    private static string? Of(TriggerBindingAttribute trigger) => trigger switch
    {
        OrchestrationTriggerAttribute orchestration => orchestration.Orchestration,
        ActivityTriggerAttribute activity => activity.Activity,
        EntityTriggerAttribute entity => entity.EntityName,
        _ => null,
    };
}
