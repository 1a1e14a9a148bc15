namespace LegalAudit.Documents;

/// <summary>The formats that contracts are read from.</summary>
public enum ContractFormat
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Markdown, read as plain text.</summary>
    Markdown,

    /// <summary>PDF with a text layer.</summary>
    Pdf,

    /// <summary>Office Open XML word processing.</summary>
    Docx,
}

/// <summary>The languages that the checks understand.</summary>
public enum ContractLanguage
{
    /// <summary>Portuguese.</summary>
    Pt,

    /// <summary>English.</summary>
    En,
}

/// <summary>A contract as text.</summary>
/// <param name="Path">Its path in the thread.</param>
/// <param name="Format">What it was read from, by its content.</param>
/// <param name="Language">The language most of it is written in.</param>
/// <param name="Words">Number of words.</param>
/// <param name="Text">The text, with <c>\n</c> as line break and composed accents. Offsets of evidence count its characters.</param>
public sealed record ContractDocument(string Path, ContractFormat Format, ContractLanguage Language, int Words, string Text);
