using System.Collections.Frozen;
using System.Runtime.InteropServices;
using LegalAudit.Language;

namespace LegalAudit.Rules;

/// <summary>Something that contracts say in many ways: a set of phrases.</summary>
internal sealed class Concept
{
    private readonly FrozenDictionary<char, Phrase[]> byInitial;

    private Concept(IEnumerable<Phrase> phrases)
    {
        Phrases = [.. phrases];
        byInitial = Phrases
            .SelectMany(p => p.Initials.Distinct(), (phrase, initial) => (phrase, initial))
            .GroupBy(p => p.initial)
            .ToFrozenDictionary(g => g.Key, g => g.Select(p => p.phrase).ToArray());
    }

    public IReadOnlyList<Phrase> Phrases { get; }

    /// <summary>A concept of phrases; see <see cref="Phrase"/> for how they are written.</summary>
    public static Concept Of(params string[] phrases) => new(phrases.Select(Phrase.Parse));

    /// <summary>Everything that either of two concepts says.</summary>
    public static Concept operator |(Concept a, Concept b) => new(a.Phrases.Concat(b.Phrases));

    /// <summary>All places where the concept is said, ordered by where they start; the longest at each start.</summary>
    public List<Span> Find(ReadOnlySpan<Token> tokens)
    {
        var spans = new List<Span>();
        for (var i = 0; i < tokens.Length; i++)
        {
            if (LongestAt(tokens, i) is var end and > 0)
                spans.Add(new Span(i, end));
        }
        return spans;
    }

    /// <summary>Whether the concept is said anywhere.</summary>
    public bool IsIn(ReadOnlySpan<Token> tokens)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            if (LongestAt(tokens, i) > 0)
                return true;
        }
        return false;
    }

    private int LongestAt(ReadOnlySpan<Token> tokens, int start)
    {
        var longest = -1;
        if (tokens[start].Word is not [var initial, ..] || !byInitial.TryGetValue(initial, out var phrases))
            return longest;
        foreach (var phrase in phrases)
            longest = Math.Max(longest, phrase.MatchAt(tokens, start));
        return longest;
    }
}

/// <summary>A range of a sentence's tokens.</summary>
/// <param name="Start">The first token.</param>
/// <param name="End">The token after the last.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Span(int Start, int End)
{
    /// <summary>How many tokens lie between this range and another; 0 where they touch or overlap.</summary>
    public int DistanceTo(Span other) => Math.Max(0, Math.Max(other.Start - End, Start - other.End));
}
