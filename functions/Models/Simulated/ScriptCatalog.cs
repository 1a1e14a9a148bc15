using AgentFunctions.Agents;
using AgentFunctions.Yaml;

namespace AgentFunctions.Models.Simulated;

/// <summary>The scripts of the packs, by agent.</summary>
internal sealed class ScriptCatalog
{
    private readonly Dictionary<string, Script> scripts = new(StringComparer.Ordinal);

    /// <summary>Reads <c>scripts/*.yaml</c> of each folder.</summary>
    /// <param name="folders">The packs' definitions.</param>
    /// <exception cref="DefinitionException">A script is wrong, or an agent has two.</exception>
    public ScriptCatalog(IEnumerable<DefinitionFolder> folders)
    {
        foreach (var script in DefinitionFiles.Of(folders, "scripts").Select(Script.Read))
        {
            if (!scripts.TryAdd(script.Agent, script))
            {
                throw new DefinitionException(
                    script.Place.File, script.Place.Line, "agent", $"The agent '{script.Agent}' has a script in {scripts[script.Agent].Place.File} too.");
            }
        }
    }

    /// <summary>The script of an agent.</summary>
    /// <param name="agent">The agent's name.</param>
    /// <exception cref="ScriptException">It has none.</exception>
    public Script Of(string agent) => scripts.GetValueOrDefault(agent) ?? throw new ScriptException(
        "", 0, $"The simulated model has no script for the agent '{agent}'. Add scripts/{agent}.yaml to its pack, or configure a real model.");
}
