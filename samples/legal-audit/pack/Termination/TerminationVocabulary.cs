using LegalAudit.Documents;
using LegalAudit.Rules;

namespace LegalAudit.Termination;

/// <summary>The words in which one language speaks of ending a contract.</summary>
internal sealed record TerminationVocabulary
{
    /// <summary>"may", "has the right to": someone is allowed something.</summary>
    public required Concept Permission { get; init; }

    /// <summary>Verbs that can mean ending a contract, if a contract is what they end.</summary>
    public required Concept End { get; init; }

    /// <summary>Verbs and nouns that mean ending a contract and nothing else.</summary>
    public required Concept EndsContract { get; init; }

    /// <summary>"wishes to", "decides to": who says so leaves of free will.</summary>
    public required Concept Wish { get; init; }

    /// <summary>"no longer wishes to go on": ends the contract if notice of it is all that is asked.</summary>
    public required Concept Tired { get; init; }

    /// <summary>"do so" after an ending verb.</summary>
    public required Concept DoSo { get; init; }

    /// <summary>Nouns for the ending itself.</summary>
    public required Concept Ending { get; init; }

    /// <summary>Nouns with effect: "termination for convenience requires", "is a cause for termination".</summary>
    public required Concept NominalGrant { get; init; }

    /// <summary>"is terminated by operation of law", "shall be terminated": a grant if a breach is its condition.</summary>
    public required Concept EndsOnBreach { get; init; }

    /// <summary>The contract itself.</summary>
    public required Concept Contract { get; init; }

    /// <summary>Other contracts, and other things that end.</summary>
    public required Concept OtherObject { get; init; }

    /// <summary>"not", "shall not have".</summary>
    public required Concept Negation { get; init; }

    /// <summary>"neither party": a negation that is the subject.</summary>
    public required Concept NegatedSubject { get; init; }

    /// <summary>"is prohibited", "waives": takes the right away wherever it stands in the clause.</summary>
    public required Concept Denial { get; init; }

    /// <summary>Statements that nobody may end the contract, or not without cause: "may not be terminated", "is irrevocable".</summary>
    public required Concept Ban { get; init; }

    /// <summary>A part of the term only: "the first twelve months", "the minimum period".</summary>
    public required Concept PartOfTerm { get; init; }

    /// <summary>What contracts call a party: "the Customer", "the Landlord".</summary>
    public required Concept Role { get; init; }

    /// <summary>Leads to who acts in the passive voice: "terminated by the Customer".</summary>
    public required Concept By { get; init; }

    /// <summary>"unless", "except".</summary>
    public required Concept Exception { get; init; }

    /// <summary>"without", as in "may not leave without notice".</summary>
    public required Concept Without { get; init; }

    /// <summary>"but", "however": what follows is another statement.</summary>
    public required Concept Contrast { get; init; }

    /// <summary>Breach and other causes.</summary>
    public required Concept Cause { get; init; }

    /// <summary>"if", "in the event": what follows must happen first.</summary>
    public required Concept Condition { get; init; }

    /// <summary>"at any time", "without cause".</summary>
    public required Concept Convenience { get; init; }

    /// <summary>Notice in advance.</summary>
    public required Concept Notice { get; init; }

    /// <summary>Saying or writing it to the other party.</summary>
    public required Concept Tell { get; init; }

    /// <summary>One of the parties, whichever.</summary>
    public required Concept Party { get; init; }

    /// <summary>Time to remedy a breach.</summary>
    public required Concept Cure { get; init; }

    /// <summary>Renewal and its refusal.</summary>
    public required Concept Renewal { get; init; }

    /// <summary>What a lapse of time before the right is: "after the first twelve months".</summary>
    public required Concept Lapse { get; init; }

    /// <summary>Other things that have deadlines: payment, return of property, confidentiality after the end.</summary>
    public required Concept OtherDeadline { get; init; }

    /// <summary>Points back at a notice: "such notice", "the notice period".</summary>
    public required Concept ThatNotice { get; init; }

    public static TerminationVocabulary Of(ContractLanguage language) => language switch
    {
        ContractLanguage.Pt => TerminationPortuguese.Vocabulary,
        ContractLanguage.En => TerminationEnglish.Vocabulary,
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, "Unknown language."),
    };
}
