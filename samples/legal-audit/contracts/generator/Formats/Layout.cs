using System.Globalization;
using ContractGenerator.Compose;
using ContractGenerator.Text;

namespace ContractGenerator.Formats;

/// <summary>Numbers the sections and sub-clauses in one of the styles contracts are written in.</summary>
internal static class Layout
{
    public static List<Block> Blocks(Contract contract)
    {
        var style = Style.Named(contract.Spec.Style, contract.Spec.Lang);
        var blocks = new List<Block> { new(BlockKind.Title, contract.Title) };
        blocks.AddRange(contract.Opening.Select(p => new Block(BlockKind.Paragraph, p)));
        var running = 0;
        for (var i = 0; i < contract.Sections.Count; i++)
        {
            var section = contract.Sections[i];
            if (style.Heading(i + 1, section.Heading) is { } heading) blocks.Add(new Block(BlockKind.Heading, heading));
            for (var j = 0; j < section.Paragraphs.Count; j++)
            {
                running++;
                var text = section.Paragraphs[j];
                // A table keeps its own lines.
                var number = text.StartsWith('|') ? "" : style.Paragraph(i + 1, j, section.Paragraphs.Count, running);
                blocks.Add(new Block(BlockKind.Paragraph, number.Length == 0 ? text : number + " " + text));
            }
        }

        blocks.AddRange(contract.Closing.Select(p => new Block(BlockKind.Paragraph, p)));
        for (var i = 0; i < contract.Annexes.Count; i++)
        {
            var name = contract.Spec.Lang == "pt" ? "ANEXO" : "ANNEX";
            blocks.Add(new Block(BlockKind.Heading, $"{name} {Ordinals.Roman(i + 1)} – {contract.Annexes[i].Heading}"));
            blocks.AddRange(contract.Annexes[i].Paragraphs.Select((p, j) =>
                new Block(BlockKind.Paragraph, string.Create(CultureInfo.InvariantCulture, $"{j + 1}. {p}"))));
        }

        return blocks;
    }
}
