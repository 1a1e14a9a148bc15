using System.Reflection;
using System.Text.RegularExpressions;

namespace ContractGenerator.Library;

/// <summary>The clauses of one language, read from the embedded files <c>LANGUAGE/TOPIC.txt</c>.</summary>
/// <remarks>
/// A file is a list of wordings. Each starts with a line
/// <c>@ id=x headings="A|B" termination notice=doc lgpd=dpo,liability types=saas,lease tags=decoy</c>
/// followed by its paragraphs, a blank line between them. Lines that start with <c>#</c> at the top of a file are remarks.
/// </remarks>
internal sealed partial class ClauseLibrary
{
    private readonly Dictionary<string, List<Clause>> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Clause> _byId = new(StringComparer.Ordinal);

    public static ClauseLibrary Load(string language)
    {
        var library = new ClauseLibrary();
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(language + "/", StringComparison.Ordinal))
                     .Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            library.Add(Path.GetFileNameWithoutExtension(name), reader.ReadToEnd());
        }

        return library;
    }

    public IEnumerable<Clause> Clauses => _byId.Values;

    public IReadOnlyList<Clause> Topic(string topic) => _topics.TryGetValue(topic, out var found) ? found : [];

    public Clause ById(string id) =>
        _byId.TryGetValue(id, out var clause) ? clause : throw new KeyNotFoundException($"No clause '{id}' in the library.");

    private void Add(string topic, string file)
    {
        var list = _topics[topic] = [];
        foreach (var part in file.ReplaceLineEndings("\n").Split("\n@ ").Skip(file.StartsWith("@ ", StringComparison.Ordinal) ? 0 : 1))
        {
            var text = part.StartsWith("@ ", StringComparison.Ordinal) ? part[2..] : part;
            var split = text.IndexOf('\n', StringComparison.Ordinal);
            var clause = Parse(topic, text[..split], text[(split + 1)..]);
            if (!_byId.TryAdd(clause.Id, clause)) throw new InvalidDataException($"Clause id '{clause.Id}' is used twice.");
            list.Add(clause);
        }
    }

    private static Clause Parse(string topic, string header, string body)
    {
        var fields = Field().Matches(header).ToDictionary(
            m => m.Groups["key"].Value,
            m => m.Groups["quoted"].Success ? m.Groups["quoted"].Value : m.Groups["plain"].Value,
            StringComparer.Ordinal);
        var known = fields.Keys.Except(["id", "headings", "termination", "notice", "lgpd", "types", "tags"], StringComparer.Ordinal).ToList();
        if (known.Count > 0) throw new InvalidDataException($"Unknown field '{known[0]}' in: {header}");

        var items = Listed(fields, "lgpd", ',');
        var unknownItem = items.Except(LgpdItems.All, StringComparer.Ordinal).FirstOrDefault();
        if (unknownItem is not null) throw new InvalidDataException($"Unknown LGPD item '{unknownItem}' in: {header}");

        return new Clause(
            fields["id"],
            topic,
            Listed(fields, "headings", '|'),
            body.Trim().Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(p => p.Trim()).ToList(),
            new Truth(fields.ContainsKey("termination"), fields.GetValueOrDefault("notice"), items),
            Listed(fields, "types", ','),
            Listed(fields, "tags", ','));
    }

    private static List<string> Listed(Dictionary<string, string> fields, string key, char separator) =>
        fields.TryGetValue(key, out var value) ? value.Split(separator).ToList() : [];

    [GeneratedRegex("""(?<key>[a-z]+)(=("(?<quoted>[^"]*)"|(?<plain>\S+)))?""", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();
}
