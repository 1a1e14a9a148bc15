using System.Runtime.InteropServices;

namespace LegalAudit.Language;

/// <summary>A line of a document.</summary>
/// <param name="Start">Where it starts, without leading blanks.</param>
/// <param name="End">Where it ends, without trailing blanks; exclusive.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Line(int Start, int End)
{
    public bool IsEmpty => End <= Start;

    public ReadOnlySpan<char> In(string text) => text.AsSpan(Start, End - Start);
}
