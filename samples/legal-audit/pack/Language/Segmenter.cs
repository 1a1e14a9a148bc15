namespace LegalAudit.Language;

/// <summary>Splits a contract into sentences, without trusting headings, line breaks or blank lines.</summary>
internal static class Segmenter
{
    // Longer than any sentence a court would enjoy; bounds the work on text without punctuation.
    private const int MaxTokens = 250;

    /// <summary>All sentences in order. Their positions are those of the document's text.</summary>
    public static IReadOnlyList<Sentence> Split(string text)
    {
        var flow = FlowingText.Of(text);
        var sentences = new List<Sentence>();
        var list = OpenList.None;
        var paragraph = 0;
        var start = 0;
        while (start < flow.Text.Length)
        {
            var end = flow.Text.IndexOf('\n', start);
            if (end < 0)
                end = flow.Text.Length;
            paragraph++;
            list = AddParagraph(flow, start, end, paragraph, list.At(flow.Text.AsSpan(start, end - start)), sentences);
            start = end + 1;
        }
        return sentences;
    }

    private static OpenList AddParagraph(FlowingText flow, int start, int end, int paragraph, OpenList list, List<Sentence> sentences)
    {
        while (start < end)
        {
            var stop = SentenceEnds.Next(flow.Text, start, end);
            var tokens = TokensOf(flow, start, stop);
            if (tokens.Length > 0)
            {
                list = list.WithItem(flow.Text.AsSpan(start, stop - start));
                var sentence = new Sentence(tokens, tokens[0].Start, OriginEnd(flow, stop), paragraph, list.LeadIn);
                sentences.Add(sentence);
                list = flow.Text[stop - 1] switch
                {
                    ':' => OpenList.After(sentence with { LeadIn = null }),
                    ';' or ',' => list.LeadIn is null ? OpenList.After(InlineLeadIn(sentence)) : list with { GoesOn = true },
                    _ when stop == end => list with { GoesOn = false },
                    _ => OpenList.None,
                };
            }
            start = stop;
            while (start < end && flow.Text[start] == ' ')
                start++;
        }
        return list;
    }

    // "Either party may terminate (a) at any time; (b) for breach": what stands before (a) leads into (b) as well.
    private static Sentence? InlineLeadIn(Sentence first)
    {
        var cut = Array.FindIndex(first.Tokens, 1, t => t.Break == TokenBreak.Parenthesis && t.Word.Length <= 2 && t.Word is "a" or "l");
        return cut > 1 ? first with { Tokens = first.Tokens[..cut], End = first.Tokens[cut - 1].End } : null;
    }

    private static Token[] TokensOf(FlowingText flow, int start, int end)
    {
        var tokens = Tokenizer.Tokenize(flow.Text, start, end);
        if (tokens.Count > MaxTokens)
            tokens.RemoveRange(MaxTokens, tokens.Count - MaxTokens);
        return [.. tokens.Select(t => t with { Start = flow.OriginOf(t.Start), End = flow.OriginOf(t.End - 1) + 1 })];
    }

    private static int OriginEnd(FlowingText flow, int stop) => flow.OriginOf(stop - 1) + 1;
}
