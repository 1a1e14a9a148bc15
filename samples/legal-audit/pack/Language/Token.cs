namespace LegalAudit.Language;

/// <summary>A word or number of a sentence.</summary>
/// <param name="Word">Its skeleton; digits as they are where it is a number.</param>
/// <param name="Start">Where it starts in the document's text.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Number">Its value where it is written in digits.</param>
/// <param name="Break">What stands between it and the word before.</param>
internal readonly record struct Token(string Word, int Start, int End, int? Number, TokenBreak Break);

/// <summary>Punctuation before a word, the strongest where there are several.</summary>
internal enum TokenBreak
{
    None,
    Quote,
    Parenthesis,
    Comma,
    Dash,
    Colon,
    Semicolon,
}
