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
        var lines = PageFurniture.ContractLines(text);
        var wrapped = IsWrapped(text, lines);
        foreach (var line in lines)
        {
            if (line.IsEmpty)
            {
                blank = true;
                continue;
            }
            if (previous is { } before)
                Join(flow, origins, LineJoins.Between(before.In(text), line.In(text), blank, wrapped), line.Start);
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

    // Where every fifth line goes on in lower case, lines end at the margin and not where paragraphs end.
    private static bool IsWrapped(string text, List<Line> lines)
    {
        int pairs = 0, goingOn = 0;
        for (var i = 1; i < lines.Count; i++)
        {
            if (lines[i].IsEmpty || lines[i - 1].IsEmpty)
                continue;
            pairs++;
            goingOn += char.IsLower(text[lines[i].Start]) ? 1 : 0;
        }
        return goingOn * 5 > pairs;
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
