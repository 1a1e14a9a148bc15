using AgentFunctions.Agents;
using YamlDotNet.RepresentationModel;

namespace AgentFunctions.Yaml;

/// <summary>A mapping of a YAML file, read field by field.</summary>
internal sealed class YamlObject
{
    private readonly YamlValue value;
    private readonly Dictionary<string, (YamlNode Key, YamlValue Value)> fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <summary>Reads a mapping.</summary>
    /// <param name="value">Where it stands.</param>
    /// <param name="mapping">Its node.</param>
    public YamlObject(YamlValue value, YamlMappingNode mapping)
    {
        this.value = value;
        foreach (var (key, child) in mapping.Children)
        {
            var name = key is YamlScalarNode { Value: { } text } ? text : throw (value with { Node = key }).Error("A field's name is a text.");
            var path = value.Path.Length == 0 ? name : $"{value.Path}.{name}";
            fields[name] = (key, value with { Path = path, Node = child });
        }
    }

    /// <summary>All fields in the file's order.</summary>
    public IEnumerable<(string Name, YamlValue Value)> Fields => fields.Select(pair => (pair.Key, pair.Value.Value));

    /// <summary>A field that may be left out.</summary>
    /// <param name="name">Its name.</param>
    public YamlValue? Optional(string name)
    {
        known.Add(name);
        return fields.TryGetValue(name, out var field) && !field.Value.IsNull ? field.Value : null;
    }

    /// <summary>A field that must be there.</summary>
    /// <param name="name">Its name.</param>
    public YamlValue Required(string name) => Optional(name) ?? throw Missing(name);

    /// <summary>Refuses every field that was not asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var (name, (key, field)) in fields)
        {
            if (!known.Contains(name))
            {
                throw (field with { Node = key }).Error($"Unknown field; known are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private DefinitionException Missing(string name) =>
        new(value.File, value.Line, value.Path.Length == 0 ? name : $"{value.Path}.{name}", "The field is missing.");
}
