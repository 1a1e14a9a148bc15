using LegalAudit.Documents;
using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

/// <summary>The words in which one language speaks of data protection, and the rules made of them.</summary>
internal sealed record LgpdVocabulary
{
    /// <summary>Personal data, and the law that protects it.</summary>
    public required Concept PersonalData { get; init; }

    /// <summary>"not", "without": turns the act next to it around.</summary>
    public required Concept Negation { get; init; }

    /// <summary>Phrases with a negative word that negate nothing: "without undue delay".</summary>
    public required Concept NoNegation { get; init; }

    /// <summary>"is under no obligation", "does not apply", "is excluded": takes away whatever the sentence gives.</summary>
    public required Concept CarveOut { get; init; }

    /// <summary>Carve-outs from limits, which give more and not less: "the cap does not apply".</summary>
    public required Concept NoCarveOut { get; init; }

    /// <summary>"may consider", "recognise the importance of", "to be agreed later": speaks of it and binds nobody.</summary>
    public required Concept Mention { get; init; }

    /// <summary>"The law requires": first words of a sentence that tells what others say.</summary>
    public required Concept Report { get; init; }

    /// <summary>The rules of all items.</summary>
    public required IReadOnlyList<LgpdRule> Rules { get; init; }

    public static LgpdVocabulary Of(ContractLanguage language) => language switch
    {
        ContractLanguage.Pt => LgpdPortuguese.Vocabulary,
        ContractLanguage.En => LgpdEnglish.Vocabulary,
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, "Unknown language."),
    };
}
