using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace LegalAudit.Tests.Wordings;

/// <summary>A clause as contracts word it, and what a careful lawyer would find in it.</summary>
internal sealed record Wording<TExpected>(string File, string Language, string Text, TExpected Expected);

internal sealed record ExpectedTermination
{
    public bool Present { get; init; }

    public int? NoticeDays { get; init; }

    public bool Contradictory { get; init; }
}

/// <summary>Reads the wordings from <c>TOPIC.LANGUAGE.yaml</c>, where the language is <c>pt</c> or <c>en</c>.</summary>
internal static class WordingFiles
{
    // Strict: an unknown key throws, so that a misspelt label cannot pass for an absent one.
    private static readonly IDeserializer Yaml =
        new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().WithEnforceRequiredMembers().Build();

    public static IReadOnlyList<Wording<ExpectedTermination>> Termination() => Read<ExpectedTermination>("termination.*.yaml");

    /// <summary>Expected are the names of the checklist items that the text covers.</summary>
    public static IReadOnlyList<Wording<List<string>>> Lgpd() => Read<List<string>>("lgpd-*.yaml");

    private static List<Wording<T>> Read<T>(string pattern) =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Wordings"), pattern)
            .Order(StringComparer.Ordinal)
            .SelectMany(path =>
            {
                var topic = Path.GetFileNameWithoutExtension(path);
                return Yaml.Deserialize<List<Entry<T>>>(File.ReadAllText(path))
                    .Select(e => new Wording<T>(topic, Path.GetExtension(topic).TrimStart('.'), e.Text, e.Expect));
            })
            .ToList();

    private sealed record Entry<T>
    {
        public required string Text { get; init; }

        public required T Expect { get; init; }
    }
}
