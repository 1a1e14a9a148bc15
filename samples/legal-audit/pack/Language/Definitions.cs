using LegalAudit.Rules;

namespace LegalAudit.Language;

/// <summary>Tells sentences that say what a word means from those that bind anybody.</summary>
internal static class Definitions
{
    private const int FirstWords = 10;
    private const int LongestTerm = 8;

    private static readonly Concept Means = Concept.Of(
        "significa", "significam", "significara", "entende se por", "entender se a por", "entende se como", "entendem se por", "para os fins deste ..6 considera se", "means", "shall mean", "mean", "is defined as",
        "are defined as", "define se", "definem se", "definido/definida como", "corresponde ao conceito", "has the meaning", "tem o significado", "have the meaning", "refers to", "refere se a qualquer", "denotes", "seguintes definicoes/conceitos/significados", "following definitions/meanings");

    private static readonly Concept Resources = Concept.Of("the/technical/by/any/all/other/such/electronic/reasonable/appropriate/necessary/sufficient/same/what/through/of/its means");

    private static readonly Concept GivenMeaning = Concept.Of(
        "have/has the meaning/meanings", "tem/terao ..8 sentido/significado", "sentido que ..4 atribui", "meaning given", "meanings given", "significado que ..4 atribui");

    // What a definition says its word is a kind of, where the word is not in quotes: "Titular é a pessoa natural a quem ...".
    private static readonly Concept KindOf = Concept.Of(
        "e/sao a/o/as/os/um/uma/toda/todo/todas/todos/qualquer manifestacao/operacao/operacoes/ato/atos/conjunto/terceiro/terceiros/evento/eventos",
        "e/sao a/toda/todas/as/qualquer pessoa/pessoas natural/naturais/fisica/juridica",
        "is/are a/an/any/every/the natural/legal person", "is/are any operation/event/act/person/set", "is/are a/the set of");

    private static readonly Concept Is = Concept.Of("e/sao a/o/as/os/um/uma/toda/todo/todas/todos/qualquer/quaisquer/cada/aquele/aquela/pessoa", "designa/designam/denota", "is/are a/an/the/any/every/each/all/such");

    /// <summary>Whether a sentence, or the words that lead into its list, defines something.</summary>
    public static bool IsOne(Sentence sentence) =>
        Says(sentence.Tokens) || DefinesQuotedTerm(sentence.Tokens) || sentence.LeadIn is { } leadIn && Says(leadIn.Tokens);

    // A definition names its word in its first words: "Termination means", "entende-se por Rescisão".
    private static bool Says(Token[] tokens)
    {
        var resources = Resources.Find(tokens);
        var first = tokens.AsSpan(0, Math.Min(FirstWords, tokens.Length));
        return Means.Find(first).Exists(d => !resources.Exists(r => r.DistanceTo(d) == 0)) || KindOf.IsIn(first) || GivenMeaning.IsIn(tokens);
    }

    // "Consentimento" é a manifestação ...; "Encarregado": pessoa ...; "Titular" - pessoa natural ...
    private static bool DefinesQuotedTerm(Token[] tokens)
    {
        var open = Array.FindIndex(tokens, t => t.Number is null);
        if (open is < 0 or > 3 || tokens[open].Break != TokenBreak.Quote)
            return false;
        var close = Array.FindIndex(tokens, open + 1, Math.Min(LongestTerm, tokens.Length - open - 1), t => t.Break >= TokenBreak.Quote);
        if (close < 0)
            return false;
        return tokens[close].Break is TokenBreak.Colon or TokenBreak.Dash || Is.Find(tokens.AsSpan(close)).Exists(e => e.Start == 0);
    }
}
