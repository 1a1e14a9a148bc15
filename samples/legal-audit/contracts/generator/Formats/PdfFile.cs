using System.Globalization;
using System.Text;

namespace ContractGenerator.Formats;

/// <summary>
/// Writes blocks as a PDF of A4 pages. By hand, because PdfPig's writer has no accented letters in the standard fonts;
/// a standard font with WinAnsiEncoding covers all that Portuguese needs.
/// </summary>
internal static class PdfFile
{
    private const int Columns = 92;
    private const int LinesPerPage = 54;
    private const string Dictionary = "/Type /Font /Subtype /Type1 /Encoding /WinAnsiEncoding /BaseFont";

    public static byte[] Write(IEnumerable<Block> blocks)
    {
        var pages = Lines(blocks).Chunk(LinesPerPage).Select(PageContent).ToList();
        // Objects 1 to 4 are catalog, pages and fonts; each page adds itself and its content.
        var kids = string.Join(' ', pages.Select((_, i) => $"{5 + (2 * i)} 0 R"));
        var objects = new List<string>
        {
            "<< /Type /Catalog /Pages 2 0 R >>",
            $"<< /Type /Pages /Count {pages.Count} /Kids [{kids}] >>",
            $"<< {Dictionary} /Times-Roman >>",
            $"<< {Dictionary} /Times-Bold >>",
        };
        for (var i = 0; i < pages.Count; i++)
        {
            objects.Add(
                $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + (2 * i)} 0 R "
                + "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>");
            var content = pages[i] + $"BT /F1 8 Tf 540 30 Td ({i + 1}) Tj ET\n";
            objects.Add($"<< /Length {content.Length} >>\nstream\n{content}endstream");
        }

        return Assemble(objects);
    }

    private static IEnumerable<(string Text, string Font)> Lines(IEnumerable<Block> blocks)
    {
        foreach (var block in blocks)
        {
            var font = block.Kind == BlockKind.Paragraph ? "F1" : "F2";
            foreach (var line in block.Text.Split('\n'))
                foreach (var row in PlainText.Wrap(line, Columns))
                    yield return (row, font);
            yield return ("", font);
        }
    }

    private static string PageContent(IEnumerable<(string Text, string Font)> lines)
    {
        var content = new StringBuilder();
        var y = 785.0;
        foreach (var (text, font) in lines)
        {
            if (text.Length > 0)
                content.Append(CultureInfo.InvariantCulture, $"BT /{font} 10 Tf 60 {y} Td ({Escaped(text)}) Tj ET\n");
            y -= 13.5;
        }

        return content.ToString();
    }

    /// <summary>Windows-1252 in place of the dashes and quotes that Latin-1 lacks.</summary>
    private static string Escaped(string text) => text
        .Replace("\\", "\\\\").Replace("(", "\\(").Replace(")", "\\)")
        .Replace('–', '\u0096').Replace('—', '\u0097').Replace('“', '\u0093').Replace('”', '\u0094').Replace('’', '\u0092');

    private static byte[] Assemble(List<string> objects)
    {
        var file = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            offsets.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        var start = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets) file.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        file.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        var text = file.ToString();
        // One character is one byte, so that the offsets above hold.
        return text.Any(c => c > 255)
            ? throw new InvalidDataException($"'{text.First(c => c > 255)}' is not in the font.")
            : Encoding.Latin1.GetBytes(text);
    }
}
