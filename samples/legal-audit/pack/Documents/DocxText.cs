using System.IO.Compression;
using System.Text;
using System.Xml;
using AgentFunctions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace LegalAudit.Documents;

/// <summary>Reads the visible text of a Word document: body, tables and notes; no headers, footers or deleted revisions.</summary>
internal static class DocxText
{
    /// <exception cref="ToolFailureException">The archive is damaged, a bomb, encrypted, or no Word document.</exception>
    public static string Extract(byte[] bytes)
    {
        try
        {
            RefuseBombs(bytes);
            using var stream = new MemoryStream(bytes, writable: false);
            using var document = WordprocessingDocument.Open(
                stream, isEditable: false, new OpenSettings { AutoSave = false, MaxCharactersInPart = DocumentLimits.MaxInflatedBytes });
            var main = document.MainDocumentPart ?? throw DocumentReader.Unreadable("the archive is no Word document");
            var text = new StringBuilder();
            AppendPart(main, text);
            if (main.FootnotesPart is { } footnotes)
                AppendPart(footnotes, text);
            if (main.EndnotesPart is { } endnotes)
                AppendPart(endnotes, text);
            return text.ToString();
        }
        catch (Exception e) when (e is OpenXmlPackageException or InvalidDataException or FileFormatException or XmlException
            or IOException or ArgumentException or InvalidOperationException or FormatException or NotSupportedException)
        {
            throw DocumentReader.Unreadable("the Word document is damaged", e);
        }
    }

    // Streaming, because a document object model recurses as deep as a hostile document nests.
    private static void AppendPart(OpenXmlPart part, StringBuilder text)
    {
        using var reader = OpenXmlReader.Create(part);
        var cells = 0;
        while (reader.Read())
        {
            var type = reader.ElementType;
            if (type == typeof(Text) && reader.IsStartElement)
                text.Append(reader.GetText());
            else if (type == typeof(TabChar) && reader.IsStartElement)
                text.Append(' ');
            else if ((type == typeof(Break) || type == typeof(CarriageReturn)) && reader.IsStartElement)
                text.Append('\n');
            else if ((type == typeof(NoBreakHyphen)) && reader.IsStartElement)
                text.Append('-');
            else if (type == typeof(TableCell))
            {
                cells += reader.IsStartElement ? 1 : -1;
                if (reader.IsEndElement)
                    text.Append(" | ");
            }
            else if (type == typeof(TableRow) && reader.IsEndElement)
                text.Append('\n');
            else if (type == typeof(Paragraph) && reader.IsEndElement)
                text.Append(cells > 0 ? ' ' : '\n');
            if (text.Length > DocumentLimits.MaxCharacters)
                throw DocumentReader.Unreadable($"the document holds more than {DocumentLimits.MaxCharacters} characters");
        }
    }

    // Declared sizes lie, so every entry is inflated once against a budget before anything parses it.
    private static void RefuseBombs(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
        if (archive.Entries.Count > DocumentLimits.MaxArchiveEntries)
            throw DocumentReader.Unreadable("the archive holds too many entries");
        if (archive.Entries.Any(e => e.IsEncrypted))
            throw DocumentReader.Unreadable("the document is encrypted");
        var buffer = new byte[81920];
        var left = DocumentLimits.MaxInflatedBytes;
        foreach (var entry in archive.Entries)
        {
            using var content = entry.Open();
            int read;
            while ((read = content.Read(buffer)) > 0)
            {
                left -= read;
                if (left < 0)
                    throw DocumentReader.Unreadable("the archive inflates to more than is allowed");
            }
        }
    }
}
