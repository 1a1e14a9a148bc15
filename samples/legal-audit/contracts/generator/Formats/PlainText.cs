using System.Text;

namespace ContractGenerator.Formats;

/// <summary>Writes blocks as text, with one line per paragraph or wrapped.</summary>
internal static class PlainText
{
    /// <param name="blocks">The contract.</param>
    /// <param name="width">Columns to wrap at; 0 keeps a paragraph on one line.</param>
    public static string Write(IEnumerable<Block> blocks, int width = 0)
    {
        var text = new StringBuilder();
        foreach (var block in blocks)
        {
            if (text.Length > 0) text.Append('\n');
            foreach (var line in block.Text.Split('\n'))
                foreach (var row in width == 0 || line.StartsWith('|') ? [line] : Wrap(line, width))
                    text.Append(row).Append('\n');
        }

        return text.ToString();
    }

    public static string Markdown(IEnumerable<Block> blocks) =>
        Write(blocks.Select(b => b.Kind == BlockKind.Title ? b with { Text = "# " + b.Text } : b));

    public static IEnumerable<string> Wrap(string line, int width)
    {
        var row = new StringBuilder();
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (row.Length > 0 && row.Length + 1 + word.Length > width)
            {
                yield return row.ToString();
                row.Clear();
            }

            if (row.Length > 0) row.Append(' ');
            row.Append(word);
        }

        if (row.Length > 0) yield return row.ToString();
    }
}
