using AgentFunctions.Agents;
using AgentFunctions.Yaml;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Policies;

/// <summary>The policies of the app and its packs.</summary>
public interface IPolicyCatalog
{
    /// <summary>The policy of agents that name none.</summary>
    PolicySnapshot Default { get; }

    /// <summary>The policy of that name, or <see langword="null"/>.</summary>
    /// <param name="name">The name.</param>
    PolicySnapshot? Find(string name);

    /// <summary>All policies, ordered by name.</summary>
    IReadOnlyList<PolicySnapshot> List();
}

/// <summary>Questions about the policies of agents.</summary>
public static class PolicyCatalogs
{
    /// <summary>The policy that holds for an agent now: a policy that was tightened holds at once, also for runs on their way.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="agent">The agent.</param>
    /// <exception cref="Runs.UnretryableException">The policy that the agent names is gone; then nothing is allowed.</exception>
    public static PolicySnapshot Of(this IPolicyCatalog policies, AgentDefinition agent) => agent.Policy is null
        ? policies.Default
        : policies.Find(agent.Policy)
            ?? throw new Runs.UnretryableException($"The policy '{agent.Policy}' of the agent '{agent.Name}' does not exist any more.");
}

/// <summary>Settings of the policies.</summary>
/// <param name="Folder">The app's own definitions. Setting <c>Policies:Folder</c>, default <c>definitions</c> in the app's base directory.</param>
/// <param name="Default">The policy of agents that name none. Setting <c>Policies:Default</c>, default <c>default</c>.</param>
internal sealed record PolicySettings(DefinitionFolder Folder, string Default)
{
    /// <summary>Reads the settings of section <c>Policies</c>.</summary>
    /// <param name="configuration">The app's configuration.</param>
    public static PolicySettings Read(IConfiguration configuration) => new(
        new DefinitionFolder(Path.GetFullPath(Text(configuration["Policies:Folder"]) ?? "definitions", AppContext.BaseDirectory)),
        Text(configuration["Policies:Default"]) ?? "default");

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}

/// <summary>The policies, read and validated once.</summary>
internal sealed class PolicyCatalog : IPolicyCatalog
{
    private readonly SortedDictionary<string, ReadPolicy> policies = new(StringComparer.Ordinal);

    /// <summary>Reads <c>policies/*.yaml</c> of the app and its packs.</summary>
    /// <param name="settings">The app's own folder, and which policy is the default.</param>
    /// <param name="folders">The packs' definitions.</param>
    /// <exception cref="DefinitionException">A policy is wrong, or two have one name.</exception>
    /// <exception cref="InvalidOperationException">There is no default policy.</exception>
    public PolicyCatalog(PolicySettings settings, IEnumerable<DefinitionFolder> folders)
    {
        foreach (var policy in DefinitionFiles.Of([settings.Folder, .. folders], "policies").Select(PolicyReader.Read))
        {
            if (!policies.TryAdd(policy.Snapshot.Name, policy))
            {
                throw new DefinitionException(
                    policy.Place.File,
                    policy.Place.Line,
                    "name",
                    $"The policy '{policy.Snapshot.Name}' is defined in {policies[policy.Snapshot.Name].Place.File} too.");
            }
        }

        Default = Find(settings.Default)
            ?? throw new InvalidOperationException($"The setting Policies:Default names '{settings.Default}', but there is no such policy.");
    }

    /// <inheritdoc />
    public PolicySnapshot Default { get; }

    /// <summary>The policies with the places of the names in them.</summary>
    internal IEnumerable<ReadPolicy> Read => policies.Values;

    /// <inheritdoc />
    public PolicySnapshot? Find(string name) => policies.GetValueOrDefault(name)?.Snapshot;

    /// <inheritdoc />
    public IReadOnlyList<PolicySnapshot> List() => [.. policies.Values.Select(policy => policy.Snapshot)];
}
