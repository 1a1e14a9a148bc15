using System.Text;

namespace LegalAudit.Language;

/// <summary>
/// A contract as flowing text: page furniture gone, words and sentences that lines had broken joined again,
/// and a line break only where a paragraph, heading or list item ends.
/// </summary>
internal sealed class FlowingText
{
    private readonly List<int> positions;

    private FlowingText(string text, List<int> positions)
    {
        Text = text;
        this.positions = positions;
    }

    public string Text { get; }

    /// <summary>Where a character of this text stands in the document's text.</summary>
    public int OriginOf(int index) => positions[index];

    public static FlowingText Of(string text)
    {
        var flow = new StringBuilder(text.Length);
        var origins = new List<int>(text.Length);
        Line? previous = null;
        var blank = false;
        foreach (var line in PageFurniture.ContractLines(text))
        {
            if (line.IsEmpty)
            {
                blank = true;
                continue;
            }
            if (previous is { } before)
                Join(flow, origins, LineJoins.Between(before.In(text), line.In(text), blank), line.Start);
            for (var i = line.Start; i < line.End; i++)
            {
                flow.Append(text[i]);
                origins.Add(i);
            }
            previous = line;
            blank = false;
        }
        return new FlowingText(flow.ToString(), origins);
    }

    private static void Join(StringBuilder flow, List<int> origins, LineJoin join, int next)
    {
        if (join == LineJoin.BrokenWord)
        {
            flow.Length--;
            origins.RemoveAt(origins.Count - 1);
            return;
        }
        flow.Append(join == LineJoin.Paragraph ? '\n' : ' ');
        origins.Add(next);
    }
}
