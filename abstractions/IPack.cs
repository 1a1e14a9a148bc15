using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions;

/// <summary>What a user adds to the runtime: agents and scripts as YAML, tools as C# classes.</summary>
public interface IPack
{
    /// <summary>Names what the pack brings. Called once while the app is built.</summary>
    /// <param name="pack">Collects it.</param>
    void Configure(PackBuilder pack);
}

/// <summary>Collects what a pack brings.</summary>
/// <param name="services">The app's services; a pack may add what its tools need.</param>
public sealed class PackBuilder(IServiceCollection services)
{
    /// <summary>The app's services.</summary>
    public IServiceCollection Services { get; } = services;

    /// <summary>
    /// Adds every public instance method of <typeparamref name="TTools"/> that carries a
    /// <see cref="System.ComponentModel.DescriptionAttribute"/> as a tool. The tool's name is the method's name in snake_case
    /// without the suffix <c>Async</c>; parameters with a description are its JSON schema.
    /// </summary>
    /// <typeparam name="TTools">A class that is constructed once, with its dependencies injected.</typeparam>
    public PackBuilder AddTools<TTools>()
        where TTools : class
    {
        Services.AddSingleton<TTools>();
        Services.AddSingleton(new ToolClass(typeof(TTools)));
        return this;
    }

    /// <summary>
    /// Adds the YAML definitions of a folder: <c>agents/*.yaml</c>, <c>policies/*.yaml</c> (what agents may do), <c>scripts/*.yaml</c>
    /// (turns of the simulated model).
    /// </summary>
    /// <param name="path">A folder; a relative path is below the app's base directory.</param>
    public PackBuilder AddDefinitions(string path)
    {
        Services.AddSingleton(new DefinitionFolder(Path.GetFullPath(path, AppContext.BaseDirectory)));
        return this;
    }
}

/// <summary>A class whose described methods are tools.</summary>
/// <param name="Type">The class.</param>
public sealed record ToolClass(Type Type);

/// <summary>A folder of YAML definitions.</summary>
/// <param name="Path">Its full path.</param>
public sealed record DefinitionFolder(string Path);
