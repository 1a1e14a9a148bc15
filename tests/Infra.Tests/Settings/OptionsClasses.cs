using System.Reflection;
using AgentFunctions;
using AgentFunctions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Infra.Tests.Settings;

/// <summary>
/// The options classes of the app and its packs, found by their shape: a type with a static method that makes something of the
/// configuration and of nothing else. What they read is found by letting them read.
/// </summary>
internal static class OptionsClasses
{
    /// <summary>The app and its packs.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        typeof(RunRecord).Assembly,
        .. typeof(RunRecord).Assembly.GetReferencedAssemblies()
            .Where(name => File.Exists(Path.Combine(AppContext.BaseDirectory, $"{name.Name}.dll")))
            .Select(Assembly.Load)
            .Where(assembly => Array.Exists(assembly.GetExportedTypes(), type => type.IsAssignableTo(typeof(IPack)) && type.IsClass)),
    ];

    /// <summary>The methods that make something of the configuration.</summary>
    public static IReadOnlyList<MethodInfo> Readers { get; } = [.. ReadersOf(typeof(IConfiguration))];

    /// <summary>The types that read: those of the methods, and those that a method has read their own section.</summary>
    public static IReadOnlyList<Type> Types { get; } =
        [.. Readers.Concat(ReadersOf(typeof(IConfigurationSection))).Select(method => method.DeclaringType!).Distinct()];

    /// <summary>What a reader makes of settings.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="configuration">The settings.</param>
    public static object? Read(MethodInfo reader, IConfiguration configuration)
    {
        try
        {
            return reader.Invoke(null, [configuration]);
        }
        catch (TargetInvocationException error) when (error.InnerException is { } inner)
        {
            throw new InvalidOperationException($"{reader.DeclaringType}.{reader.Name}: {inner.Message}", inner);
        }
    }

    /// <summary>
    /// The settings that the code reads: by options classes, when nothing is set and when all of the sample is, and by triggers.
    /// An asterisk stands for a name that the user chooses.
    /// </summary>
    public static IReadOnlySet<string> ReadSettings()
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var values in new[] { new Dictionary<string, string>(), SettingsSample.Load().Everything })
        {
            foreach (var reader in Readers)
            {
                var configuration = new RecordingConfiguration(values);
                Read(reader, configuration);
                read.UnionWith(configuration.Read.Select(key => WithAsterisks(key, configuration.Listed)));
                read.UnionWith(configuration.Listed.Select(section => $"{section}:*"));
            }
        }

        read.UnionWith(Connections());
        return read;
    }

    private static IEnumerable<MethodInfo> ReadersOf(Type source) => Assemblies
        .SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(method => method.GetParameters() is [{ } only] && only.ParameterType == source && method.ReturnType != typeof(void));

    private static string WithAsterisks(string key, IReadOnlyCollection<string> listed)
    {
        var parent = listed.FirstOrDefault(section => key.StartsWith($"{section}:", StringComparison.OrdinalIgnoreCase));
        return parent is null ? key : string.Join(':', [parent, "*", .. key[(parent.Length + 1)..].Split(':').Skip(1)]);
    }

    /// <summary>The connections that triggers name.</summary>
    private static IEnumerable<string> Connections() => Assemblies
        .SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetMethods())
        .Where(method => method.IsDefined(typeof(FunctionAttribute)))
        .SelectMany(method => method.GetParameters())
        .Select(parameter => parameter.GetCustomAttribute<ServiceBusTriggerAttribute>()?.Connection)
        .OfType<string>();
}
