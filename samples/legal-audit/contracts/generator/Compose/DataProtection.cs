using ContractGenerator.Library;
using ContractGenerator.Text;

namespace ContractGenerator.Compose;

/// <summary>
/// Chooses the data protection paragraphs of a contract: an operative wording for each item asked for (file <c>x-lgpd</c>),
/// negated ones (<c>x-negated</c>) and mentions without an obligation (<c>x-mention</c>).
/// </summary>
internal sealed class DataProtection(ClauseLibrary library, ClauseChoice choice)
{
    public IEnumerable<Clause> Choose(ContractSpec spec, Dice dice)
    {
        var chosen = new List<Clause>();
        var open = spec.Lgpd.ToHashSet(StringComparer.Ordinal);
        if (spec.Dense)
        {
            while (choice.LeastUsed(library.Topic("x-dense").Where(c => c.Truth.Items.All(open.Contains)), dice) is { } dense)
            {
                chosen.Add(dense);
                open.ExceptWith(dense.Truth.Items);
            }
        }

        foreach (var item in LgpdItems.All.Where(open.Contains))
            chosen.Add(One("x-lgpd", spec, dice, c => c.Truth.Items.SequenceEqual([item])));
        foreach (var item in spec.Negated)
            chosen.Add(One("x-negated", spec, dice, c => c.Tags.Contains(item)));
        for (var i = 0; i < spec.Mentions; i++)
            chosen.Add(One("x-mention", spec, dice, _ => true));
        return dice.Shuffle(chosen);
    }

    /// <summary>Contracts with and without the items carry the same headings.</summary>
    public static IReadOnlyList<string> Headings(string language, bool annex) => (language, annex) switch
    {
        ("pt", false) =>
        [
            "Da Proteção de Dados Pessoais", "Privacidade e Proteção de Dados", "Do Tratamento de Dados", "Lei Geral de Proteção de Dados",
            "Das Informações das Partes", "Conformidade Regulatória", "Das Obrigações Comuns",
        ],
        ("pt", true) => ["Acordo de Tratamento de Dados", "Condições Complementares", "Tratamento de Dados Pessoais"],
        (_, false) =>
        [
            "Data Protection", "Personal Data and Privacy", "Processing of Personal Data", "Privacy", "Information Handling",
            "Regulatory Compliance", "Common Obligations",
        ],
        _ => ["Data Processing Addendum", "Supplementary Terms", "Data Processing Terms"],
    };

    private Clause One(string topic, ContractSpec spec, Dice dice, Func<Clause, bool> filter) =>
        choice.LeastUsed(library.Topic(topic).Where(c => c.Fits(spec.Type)).Where(filter), dice)
        ?? throw new InvalidDataException($"No clause of '{topic}' for {spec.File}.");
}
