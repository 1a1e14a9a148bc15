using AgentFunctions;

namespace LegalAudit.Documents;

/// <summary>Reads a contract out of a file's bytes.</summary>
public static class DocumentReader
{
    private static readonly string[] ReadableExtensions = [".txt", ".md", ".pdf", ".docx"];

    /// <summary>Whether a file's name is that of a document the audit covers: .txt, .md, .pdf or .docx.</summary>
    /// <param name="path">The file's path.</param>
    public static bool IsDocumentPath(string path) =>
        ReadableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a contract. The content decides the format; the extension only tells Markdown from plain text.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="path">The file's path, for its extension and for messages.</param>
    /// <exception cref="ToolFailureException">
    /// The file is empty, damaged, encrypted, too large, or of an unknown format: <see cref="ToolFailureKind.Unreadable"/>.
    /// </exception>
    public static ContractDocument Read(byte[] bytes, string path)
    {
        if (bytes.Length == 0)
            throw Unreadable("the file is empty");
        if (bytes.Length > DocumentLimits.MaxBytes)
            throw Unreadable($"the file is larger than {DocumentLimits.MaxBytes / (1024 * 1024)} MB");

        var (format, raw) = ContentSniffer.Sniff(bytes) switch
        {
            SniffedContent.Pdf => (ContractFormat.Pdf, PdfText.Extract(bytes)),
            SniffedContent.Zip => (ContractFormat.Docx, DocxText.Extract(bytes)),
            SniffedContent.CompoundFile => throw Unreadable("the file is an encrypted or pre-2007 Office document"),
            SniffedContent.RichText => throw Unreadable("the file is RTF, which is not supported"),
            SniffedContent.Other => (TextFormat(path), PlainText.Decode(bytes)),
            var unknown => throw new InvalidOperationException($"Unhandled content {unknown}."),
        };

        var text = PlainText.Clean(raw);
        if (text.Length > DocumentLimits.MaxCharacters)
            throw Unreadable($"the document holds more than {DocumentLimits.MaxCharacters} characters");
        var words = PlainText.CountWords(text);
        if (words == 0)
            throw Unreadable("the document holds no text");
        return new ContractDocument(path, format, LanguageDetector.Detect(text), words, text);
    }

    /// <summary>The failure of a document that cannot be read.</summary>
    /// <param name="reason">Why, in words that fit into a sentence.</param>
    /// <param name="cause">The exception behind it, for the log.</param>
    internal static ToolFailureException Unreadable(string reason, Exception? cause = null) =>
        new(ToolFailureKind.Unreadable, $"The document cannot be read: {reason}.", cause);

    private static ContractFormat TextFormat(string path) =>
        Path.GetExtension(path).Equals(".md", StringComparison.OrdinalIgnoreCase) ? ContractFormat.Markdown : ContractFormat.Text;
}
