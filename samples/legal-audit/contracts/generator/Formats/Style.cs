using ContractGenerator.Text;

namespace ContractGenerator.Formats;

/// <summary>How headings and sub-clauses are numbered.</summary>
/// <param name="Heading">Section number and heading to the heading line; null for none.</param>
/// <param name="Paragraph">Section number, index in the section, paragraphs of the section, running number to a label.</param>
internal sealed record Style(Func<int, string, string?> Heading, Func<int, int, int, int, string> Paragraph)
{
    public static Style Named(string name, string language) => (name, language) switch
    {
        ("clausula", "pt") => new(
            (n, h) => $"CLÁUSULA {Ordinals.Feminine(n).ToUpperInvariant()} – {h.ToUpperInvariant()}", (n, i, _, _) => $"{n}.{i + 1}."),
        ("clausulanumero", "pt") => new((n, h) => $"Cláusula {n}ª - {h}", (n, i, _, _) => $"{n}.{i + 1}"),
        ("paragrafo", "pt") => new(
            (n, h) => $"CLÁUSULA {Ordinals.Feminine(n).ToUpperInvariant()}: {h.ToUpperInvariant()}",
            (_, i, count, _) => i == 0 ? "" : count == 2 ? "PARÁGRAFO ÚNICO:" : $"PARÁGRAFO {Ordinals.Masculine(i).ToUpperInvariant()}:"),
        ("artigo", "pt") => new((n, h) => $"Artigo {n}º. {h}", (_, i, _, _) => i == 0 ? "" : $"§ {i}º"),
        ("article", "en") => new((n, h) => $"ARTICLE {Ordinals.Roman(n)} – {h.ToUpperInvariant()}", (n, i, _, _) => $"{n}.{i + 1}"),
        ("section", "en") => new((n, h) => $"Section {n}. {h}.", (_, i, count, _) => count == 1 ? "" : $"({Ordinals.Roman(i + 1).ToLowerInvariant()})"),
        ("numbered", _) => new((n, h) => $"{n}. {h.ToUpperInvariant()}", (n, i, _, _) => $"{n}.{i + 1}"),
        ("headings", _) => new((_, h) => h, (_, _, _, _) => ""),
        ("bare", _) => new((_, _) => null, (_, _, _, running) => $"{running}."),
        ("flow", _) => new((_, _) => null, (_, _, _, _) => ""),
        ("markdown", _) => new((n, h) => $"## {n}. {h}", (n, i, _, _) => $"**{n}.{i + 1}**"),
        _ => throw new InvalidDataException($"Unknown style '{name}' for '{language}'."),
    };
}
