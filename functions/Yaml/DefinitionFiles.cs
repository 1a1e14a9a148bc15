using AgentFunctions.Agents;

namespace AgentFunctions.Yaml;

/// <summary>The YAML files of definition folders.</summary>
internal static class DefinitionFiles
{
    /// <summary>The documents of one kind, in the order of the folders and, in a folder, of the files' names.</summary>
    /// <param name="folders">The folders; each must exist.</param>
    /// <param name="kind">The subfolder, such as <c>agents</c>; it may be missing.</param>
    /// <exception cref="DefinitionException">A folder is missing, or a file is no such YAML.</exception>
    public static IEnumerable<YamlValue> Of(IEnumerable<DefinitionFolder> folders, string kind) =>
        folders.Distinct().SelectMany(folder => Files(folder, kind)).Select(YamlFile.Load);

    private static IEnumerable<string> Files(DefinitionFolder folder, string kind)
    {
        if (!Directory.Exists(folder.Path))
        {
            throw new DefinitionException(folder.Path, 0, "", "The folder of definitions does not exist.");
        }

        var path = Path.Combine(folder.Path, kind);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path).Where(file => Path.GetExtension(file) is ".yaml" or ".yml").Order(StringComparer.Ordinal)
            : [];
    }
}
