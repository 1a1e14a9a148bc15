using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Infra.Tests.Settings;

/// <summary>local.settings.sample.json, with what is commented out in it.</summary>
/// <param name="Set">What it sets, with colons.</param>
/// <param name="Examples">What it shows in comments.</param>
/// <param name="LocalOnly">The names of its section for the local host, which Azure has its own for.</param>
internal sealed partial record SettingsSample(
    IReadOnlyDictionary<string, string> Set, IReadOnlyDictionary<string, string> Examples, IReadOnlySet<string> LocalOnly)
{
    private const string StartOfLocal = "---- The local host only";
    private const string Start = "// ----";

    /// <summary>All of both.</summary>
    public Dictionary<string, string> Everything => Set.Concat(Examples)
        .Where(each => each.Value.Length > 0)
        .ToDictionary(each => each.Key, each => each.Value, StringComparer.Ordinal);

    /// <summary>The names that Azure has, too.</summary>
    public IEnumerable<string> NamesInAzure => Set.Keys.Concat(Examples.Keys).Where(name => !LocalOnly.Contains(name));

    /// <summary>Reads the file.</summary>
    public static SettingsSample Load()
    {
        var set = new Dictionary<string, string>(StringComparer.Ordinal);
        var examples = new Dictionary<string, string>(StringComparer.Ordinal);
        var localOnly = new HashSet<string>(StringComparer.Ordinal);
        var isLocal = false;
        foreach (var line in File.ReadLines(Repository.PathOf("local.settings.sample.json")).Select(each => each.Trim()))
        {
            isLocal = line.StartsWith(Start, StringComparison.Ordinal) ? line.Contains(StartOfLocal, StringComparison.Ordinal) : isLocal;
            if (Setting().Match(line) is { Success: true } match)
            {
                var name = match.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal);
                (match.Groups["comment"].Success ? examples : set).Add(name, JsonNode.Parse(match.Groups["value"].Value)!.GetValue<string>());
                if (isLocal)
                {
                    localOnly.Add(name);
                }
            }
        }

        return new SettingsSample(set, examples, localOnly);
    }

    [GeneratedRegex("""^(?<comment>// )?"(?<name>[A-Za-z0-9_:.]+)": (?<value>"([^"\\]|\\.)*"),?$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();
}
