using System.Reflection;

namespace AgentFunctions.Local.Worker.Discovery;

/// <summary>The types in which functions are looked for: those of the app's assemblies that use this host.</summary>
internal static class FunctionTypes
{
    private static readonly string HostAssembly = typeof(FunctionTypes).Assembly.GetName().Name!;

    /// <summary>All types of the loaded assemblies, and of those they reference, that reference the host.</summary>
    public static IReadOnlyList<Type> OfTheApp()
    {
        var found = new Dictionary<string, Assembly>(StringComparer.Ordinal);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies().Append(Assembly.GetEntryAssembly()))
        {
            if (assembly is { IsDynamic: false } && !assembly.IsCollectible)
            {
                Visit(assembly, found);
            }
        }

        return [.. found.Values.OrderBy(assembly => assembly.FullName, StringComparer.Ordinal).SelectMany(assembly => assembly.GetTypes())];
    }

    private static void Visit(Assembly assembly, Dictionary<string, Assembly> found)
    {
        var references = assembly.GetReferencedAssemblies();
        if (!references.Any(reference => reference.Name == HostAssembly) || !found.TryAdd(assembly.FullName!, assembly))
        {
            return;
        }

        foreach (var reference in references)
        {
            if (reference.Name != HostAssembly && !IsOfTheFramework(reference))
            {
                Visit(Assembly.Load(reference), found);
            }
        }
    }

    private static bool IsOfTheFramework(AssemblyName name) =>
        name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name.StartsWith("Microsoft.", StringComparison.Ordinal);
}
