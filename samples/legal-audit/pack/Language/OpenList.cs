namespace LegalAudit.Language;

/// <summary>A list that sentences may be items of.</summary>
/// <param name="LeadIn">What stands before its colon; <see langword="null"/> where no list is open.</param>
/// <param name="Style">How its items are marked, once the first has been seen.</param>
/// <param name="GoesOn">Whether the last item ended in a semicolon or comma, so that more must follow.</param>
internal sealed record OpenList(Sentence? LeadIn, ListMarker? Style, bool GoesOn)
{
    public static OpenList None { get; } = new(LeadIn: null, Style: null, GoesOn: false);

    public static OpenList After(Sentence? leadIn) => leadIn is null ? None : new(leadIn, Style: null, GoesOn: true);

    /// <summary>The list as a new paragraph finds it: closed, unless the paragraph is its next item.</summary>
    public OpenList At(ReadOnlySpan<char> paragraph)
    {
        if (LeadIn is null)
            return None;
        var marker = ListMarkers.Of(paragraph);
        if (Style is null)
            return this;
        return marker == Style && (marker != ListMarker.None || GoesOn) ? this : GoesOn && marker == ListMarker.None ? this : None;
    }

    /// <summary>The list after an item; the first one shows how its items are marked.</summary>
    public OpenList WithItem(ReadOnlySpan<char> item) => LeadIn is null || Style is not null ? this : this with { Style = ListMarkers.Of(item) };
}
