using System.Reflection;
using System.Text;
using ContractGenerator.Compose;
using ContractGenerator.Formats;
using ContractGenerator.Library;
using ContractGenerator.Text;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ContractGenerator.Output;

/// <summary>All contracts of <c>contracts.yaml</c>, as files and known answers.</summary>
internal sealed record Corpus(IReadOnlyList<CorpusFile> Files)
{
    public static Corpus Generate()
    {
        var composers = new Dictionary<string, ContractComposer>(StringComparer.Ordinal);
        return new Corpus(Specs().Select(spec =>
        {
            if (spec.Unreadable is not null) return Unreadable(spec);
            if (!composers.TryGetValue(spec.Lang, out var composer))
                composers[spec.Lang] = composer = new ContractComposer(ClauseLibrary.Load(spec.Lang));
            return File(composer.Compose(spec));
        }).ToList());
    }

    private static List<ContractSpec> Specs()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("contracts.yaml")!);
        return new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
            .Deserialize<List<ContractSpec>>(reader);
    }

    private static CorpusFile File(Contract contract)
    {
        var spec = contract.Spec;
        var blocks = Layout.Blocks(contract);
        var text = PlainText.Write(blocks, spec.Noise.Contains("wrap") ? 78 : 0);
        var noisy = new ScanNoise(spec.Lang, contract.Title, new Dice((ulong)text.Length)).Apply(text, spec.Noise);
        var content = Path.GetExtension(spec.File) switch
        {
            ".txt" => Encoding.UTF8.GetBytes(noisy),
            ".md" => Encoding.UTF8.GetBytes(PlainText.Markdown(blocks)),
            ".docx" => DocxFile.Write(blocks),
            ".pdf" => PdfFile.Write(blocks),
            var other => throw new InvalidDataException($"No writer for '{other}'."),
        };
        var entry = ManifestEntry.Of(spec, Words.Count(noisy), HardTags.Of(contract), Answers.Of(contract));
        return new CorpusFile(entry, content, contract, text);
    }

    private static CorpusFile Unreadable(ContractSpec spec)
    {
        var dice = new Dice(7);
        var content = spec.Unreadable switch
        {
            "empty" => [],
            "garbage" => Enumerable.Range(0, 4096).Select(_ => (byte)dice.Next(256)).ToArray(),
            var other => throw new InvalidDataException($"Unknown kind of unreadable file '{other}'."),
        };
        return new CorpusFile(ManifestEntry.Of(spec, 0, ["unreadable", .. spec.Hard], Answers.None), content, null, "");
    }
}

/// <summary>One file of the corpus, with what it was made from.</summary>
/// <param name="Entry">Known answers.</param>
/// <param name="Content">Bytes in the ZIP.</param>
/// <param name="Contract">The contract; null for a file that is unreadable on purpose.</param>
/// <param name="Text">The contract's text before noise.</param>
internal sealed record CorpusFile(ManifestEntry Entry, byte[] Content, Contract? Contract, string Text);
