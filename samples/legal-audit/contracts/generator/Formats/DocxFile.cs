using System.Security;
using System.Text;
using ContractGenerator.Output;

namespace ContractGenerator.Formats;

/// <summary>
/// Writes blocks as a minimal Word document. By hand, because the package writer stamps the current time and random
/// relationship ids into the file, and the corpus has to be the same bytes each time.
/// </summary>
internal static class DocxFile
{
    private const string ContentTypes =
        """<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>""";

    private const string Relationships =
        """<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>""";

    private const string Head =
        """<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>""";

    public static byte[] Write(IEnumerable<Block> blocks)
    {
        var body = new StringBuilder(Head);
        foreach (var block in blocks)
        {
            var rows = block.Text.Split('\n');
            if (rows[0].StartsWith('|')) Table(body, rows);
            else
                foreach (var row in rows)
                    Paragraph(body, row, block.Kind);
        }

        body.Append("<w:sectPr/></w:body></w:document>");
        return FixedZip.Write(
        [
            ("[Content_Types].xml", Encoding.UTF8.GetBytes(ContentTypes)),
            ("_rels/.rels", Encoding.UTF8.GetBytes(Relationships)),
            ("word/document.xml", Encoding.UTF8.GetBytes(body.ToString())),
        ]);
    }

    private static void Paragraph(StringBuilder body, string text, BlockKind kind)
    {
        body.Append("<w:p>");
        if (kind != BlockKind.Paragraph) body.Append("<w:pPr><w:keepNext/></w:pPr>");
        var format = kind == BlockKind.Paragraph ? "" : "<w:rPr><w:b/></w:rPr>";
        // Word splits a sentence into runs at every edit; so does this, at each colon.
        foreach (var run in text.Split(": "))
        {
            var colon = ReferenceEquals(run, text) || text.EndsWith(run, StringComparison.Ordinal) ? "" : ": ";
            body.Append("<w:r>").Append(format).Append("<w:t xml:space=\"preserve\">")
                .Append(SecurityElement.Escape(run + colon)).Append("</w:t></w:r>");
        }

        body.Append("</w:p>");
    }

    private static void Table(StringBuilder body, IEnumerable<string> rows)
    {
        body.Append("<w:tbl><w:tblPr/><w:tblGrid/>");
        foreach (var row in rows.Where(r => !r.Contains("---", StringComparison.Ordinal)))
        {
            body.Append("<w:tr>");
            foreach (var cell in row.Trim('|').Split('|'))
            {
                body.Append("<w:tc>");
                Paragraph(body, cell.Trim(), BlockKind.Paragraph);
                body.Append("</w:tc>");
            }

            body.Append("</w:tr>");
        }

        body.Append("</w:tbl>");
    }
}
