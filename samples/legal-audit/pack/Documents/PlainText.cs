using System.Text;

namespace LegalAudit.Documents;

/// <summary>Decodes and cleans plain text.</summary>
internal static class PlainText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>Decodes UTF-8 and UTF-16 (with or without a byte order mark), and Windows-1252 where the bytes are neither.</summary>
    /// <exception cref="AgentFunctions.ToolFailureException">The bytes are no text.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = DecodeByMark(bytes) ?? DecodeUnmarkedUtf16(bytes) ?? DecodeEightBit(bytes);
        var controls = text.AsSpan().Count('\0') + CountControls(text);
        // Page breaks and the odd stray byte of a scanner are fine; one control in fifty characters is a binary file.
        if (text.Contains('\0', StringComparison.Ordinal) || controls * 50 > text.Length)
            throw DocumentReader.Unreadable("the content is binary, not text");
        return text;
    }

    /// <summary>Unifies line breaks, composes accents, drops control and zero-width characters.</summary>
    public static string Clean(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            var c = raw[i];
            if (c == '\r')
            {
                if (i + 1 >= raw.Length || raw[i + 1] != '\n')
                    text.Append('\n');
            }
            else if (c is '\f' or '\v' or '\u2028' or '\u2029' or '\u0085')
                text.Append('\n');
            else if (c is '\u00A0' or '\u202F' or '\u2007' or '\t')
                text.Append(' ');
            else if (c is '\n' || !IsInvisible(raw, i))
                Diacritics.AppendComposed(text, c);
        }
        return text.ToString();
    }

    public static int CountWords(string text)
    {
        var words = 0;
        var hasLetter = false;
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c))
                hasLetter = true;
            else if (char.IsWhiteSpace(c) && hasLetter)
            {
                words++;
                hasLetter = false;
            }
        }
        return hasLetter ? words + 1 : words;
    }

    // Soft hyphens, zero-width and bidirectional controls hide words from the eye or from the checks; lone surrogates break JSON.
    private static bool IsInvisible(string text, int i)
    {
        var c = text[i];
        if (char.IsControl(c) || c is '\u00AD' or '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF' or '\uFFFE' or '\uFFFF')
            return true;
        if (c is (>= '\u200E' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))
            return true;
        return char.IsHighSurrogate(c)
            ? i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1])
            : char.IsLowSurrogate(c) && (i == 0 || !char.IsHighSurrogate(text[i - 1]));
    }

    private static string? DecodeByMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, .. var rest] => Encoding.UTF8.GetString(rest),
        [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => throw DocumentReader.Unreadable("the text is UTF-32, which is not supported"),
        [0xFF, 0xFE, .. var rest] => Encoding.Unicode.GetString(rest),
        [0xFE, 0xFF, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
        _ => null,
    };

    // Western text in UTF-16 has a zero in almost every second byte; nothing else that is text has any zero at all.
    private static string? DecodeUnmarkedUtf16(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes.Length % 2 != 0)
            return null;
        int even = 0, odd = 0;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            even += bytes[i] == 0 ? 1 : 0;
            odd += bytes[i + 1] == 0 ? 1 : 0;
        }
        var pairs = bytes.Length / 2;
        return (even * 100 / pairs, odd * 100 / pairs) switch
        {
            (0, > 80) => Encoding.Unicode.GetString(bytes),
            ( > 80, 0) => Encoding.BigEndianUnicode.GetString(bytes),
            _ => null,
        };
    }

    private static string DecodeEightBit(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Windows1252.GetString(bytes);
        }
    }

    private static int CountControls(string text)
    {
        var controls = 0;
        foreach (var c in text)
            controls += char.IsControl(c) && c is not ('\n' or '\r' or '\t' or '\f' or '\v') ? 1 : 0;
        return controls;
    }
}
