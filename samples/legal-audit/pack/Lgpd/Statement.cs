using LegalAudit.Language;

namespace LegalAudit.Lgpd;

/// <summary>A sentence with what it borrows from the text around it.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Tokens">Its words, after those that lead into it.</param>
/// <param name="Own">Where its own words start.</param>
/// <param name="InDataProtectionParagraph">Whether it stands right after a sentence about personal data, and so speaks of it too.</param>
internal sealed record Statement(Sentence Sentence, Token[] Tokens, int Own, bool InDataProtectionParagraph)
{
    private const int SentencesBack = 3;

    public static IEnumerable<Statement> All(IReadOnlyList<Sentence> sentences, LgpdVocabulary words)
    {
        var lastAbout = -1;
        for (var i = 0; i < sentences.Count; i++)
        {
            var sentence = sentences[i];
            Token[] tokens = [.. sentence.LeadIn?.Tokens ?? [], .. sentence.Tokens];
            var near = lastAbout >= 0 && i - lastAbout <= SentencesBack && sentences[i].Paragraph - sentences[lastAbout].Paragraph <= 1;
            if (words.PersonalData.IsIn(tokens))
                lastAbout = i;
            yield return new Statement(sentence, tokens, tokens.Length - sentence.Tokens.Length, near);
        }
    }
}
