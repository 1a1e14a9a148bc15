namespace AgentFunctions.Agents;

/// <summary>The agents that can be run: those of the packs and those added over HTTP.</summary>
public interface IAgentCatalog
{
    /// <summary>The agent of that name as it is now, or <see langword="null"/>.</summary>
    /// <param name="name">The agent's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<AgentSnapshot?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>The definition with that hash, also when a newer one has taken its name since.</summary>
    /// <param name="hash">The hash that a run keeps.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<AgentDefinition> GetByHashAsync(string hash, CancellationToken cancellationToken);

    /// <summary>All agents, ordered by name.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<AgentSnapshot>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Validates a YAML definition and adds or replaces the agent of its name.</summary>
    /// <param name="yaml">The definition.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DefinitionException">The YAML or a field of it is wrong; nothing was changed.</exception>
    Task<AgentSnapshot> AddAsync(string yaml, CancellationToken cancellationToken);
}

/// <summary>A definition that cannot be used, with the place at fault.</summary>
/// <param name="file">The file, or <c>body</c> where it came over HTTP.</param>
/// <param name="line">The line, from 1; 0 where no line is to blame.</param>
/// <param name="field">The field's path, such as <c>limits.maxTurns</c>; empty where the YAML itself is malformed.</param>
/// <param name="problem">What is wrong, one sentence.</param>
public sealed class DefinitionException(string file, int line, string field, string problem)
    : Exception(FormattableString.Invariant($"{file}({line}): {(field.Length == 0 ? "" : field + ": ")}{problem}"))
{
    /// <summary>The file, or <c>body</c>.</summary>
    public string File { get; } = file;

    /// <summary>The line, from 1; 0 where no line is to blame.</summary>
    public int Line { get; } = line;

    /// <summary>The field's path; empty where the YAML itself is malformed.</summary>
    public string Field { get; } = field;

    /// <summary>What is wrong.</summary>
    public string Problem { get; } = problem;
}
