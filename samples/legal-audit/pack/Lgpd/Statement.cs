using LegalAudit.Language;

namespace LegalAudit.Lgpd;

/// <summary>A sentence with what it borrows from the text around it.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Tokens">Its words, after those that lead into it.</param>
/// <param name="Own">Where its own words start.</param>
/// <param name="SaysPersonalData">Whether its words speak of personal data.</param>
/// <param name="InParagraph">Whether a sentence before it in its paragraph, or the section's heading, does.</param>
/// <param name="InSection">Whether the section, or a sentence right before it, does.</param>
internal sealed record Statement(Sentence Sentence, Token[] Tokens, int Own, bool SaysPersonalData, bool InParagraph, bool InSection)
{
    private const int SentencesBack = 3;
    private const int MaxHeadingWords = 12;

    public static IEnumerable<Statement> All(string text, IReadOnlyList<Sentence> sentences, LgpdVocabulary words)
    {
        var lastAbout = -1;
        var sectionIsAbout = false;
        for (var i = 0; i < sentences.Count; i++)
        {
            var sentence = sentences[i];
            Token[] tokens = [.. sentence.LeadIn?.Tokens ?? [], .. sentence.Tokens];
            var about = words.PersonalData.IsIn(tokens);
            if (IsHeading(text, sentences, i))
            {
                sectionIsAbout = about;
                continue;
            }
            var sameParagraph = lastAbout >= 0 && sentence.Paragraph == sentences[lastAbout].Paragraph;
            var follows = lastAbout >= 0 && i - lastAbout <= SentencesBack && sentence.Paragraph - sentences[lastAbout].Paragraph <= 1;
            if (about)
                lastAbout = i;
            yield return new Statement(sentence, tokens, tokens.Length - sentence.Tokens.Length, about, sectionIsAbout || sameParagraph, sectionIsAbout || follows);
        }
    }

    private static bool IsHeading(string text, IReadOnlyList<Sentence> sentences, int i) =>
        sentences[i].Tokens.Length <= MaxHeadingWords
        && text[sentences[i].End - 1] is not ('.' or ';' or ':' or ',')
        && (i == 0 || sentences[i - 1].Paragraph != sentences[i].Paragraph)
        && (i + 1 == sentences.Count || sentences[i + 1].Paragraph != sentences[i].Paragraph);
}
