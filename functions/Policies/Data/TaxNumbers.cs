using System.Globalization;

namespace AgentFunctions.Policies.Data;

/// <summary>Finds Brazilian tax numbers, by their check digits.</summary>
/// <remarks>
/// CPF: nine digits and two check digits (modulo 11, weights 10…2 and 11…2). CNPJ: twelve digits or, from July 2026, letters (Instrução
/// Normativa RFB 2.229/2024; a character counts as its ASCII code less 48), and two check digits (modulo 11, weights 2…9 from the right).
/// Written with or without their punctuation; digits of any script count, and characters of no width are looked through.
/// </remarks>
internal static class TaxNumbers
{
    private const int CpfLength = 11;
    private const int CnpjLength = 14;

    /// <summary>The CPFs in a text.</summary>
    /// <param name="text">The text.</param>
    public static IEnumerable<Range> Cpfs(string text) => Find(text, CpfLength, groups: [3, 6, 9], allowsLetters: false, IsCpf);

    /// <summary>The CNPJs in a text.</summary>
    /// <param name="text">The text.</param>
    public static IEnumerable<Range> Cnpjs(string text) => Find(text, CnpjLength, groups: [2, 5, 8, 12], allowsLetters: true, IsCnpj);

    private static IEnumerable<Range> Find(string text, int length, int[] groups, bool allowsLetters, Func<int[], bool> isValid)
    {
        var at = 0;
        while (at < text.Length)
        {
            if (Value(text[at], allowsLetters) is null || (at > 0 && IsPartOfWord(text[at - 1])))
            {
                at++;
            }
            else if (Read(text, at, length, groups, allowsLetters) is var (values, end) && isValid(values))
            {
                yield return at..end;
                at = end;
            }
            else
            {
                at++;
            }
        }
    }

    /// <summary>The values from a place on, where so many stand there and no more.</summary>
    private static (int[] Values, int End)? Read(string text, int start, int length, int[] groups, bool allowsLetters)
    {
        var values = new int[length];
        var (count, at) = (0, start);
        while (at < text.Length && count < length)
        {
            if (count > 0 && IsInvisible(text[at]))
            {
                at++;
            }
            else if (Value(text[at], allowsLetters && count < length - 2) is { } value)
            {
                values[count++] = value;
                at++;
            }
            else if (Array.IndexOf(groups, count) >= 0 && IsSeparator(text[at]) && !IsSeparator(text[at - 1]))
            {
                at++;
            }
            else
            {
                return null;
            }
        }

        return count == length && (at == text.Length || !IsPartOfWord(text[at])) ? (values, at) : null;
    }

    private static bool IsCpf(int[] digits) =>
        !Array.TrueForAll(digits, digit => digit == digits[0])
        && Check(digits, 9, mostWeight: 10) == digits[9]
        && Check(digits, 10, mostWeight: 11) == digits[10];

    private static bool IsCnpj(int[] values) =>
        !Array.TrueForAll(values, value => value == values[0])
        && Check(values, 12, mostWeight: 9) == values[12]
        && Check(values, 13, mostWeight: 9) == values[13];

    private static int Check(int[] values, int count, int mostWeight)
    {
        var sum = Enumerable.Range(0, count).Sum(at => values[at] * (((count - 1 - at) % (mostWeight - 1)) + 2));
        return sum % 11 < 2 ? 0 : 11 - (sum % 11);
    }

    private static int? Value(char character, bool allowsLetters) => character switch
    {
        >= '0' and <= '9' => character - '0',
        >= 'A' and <= 'Z' when allowsLetters => character - '0',
        _ when CharUnicodeInfo.GetDecimalDigitValue(character) is var digit and >= 0 => digit,
        _ => null,
    };

    private static bool IsPartOfWord(char character) => char.IsLetterOrDigit(character);

    private static bool IsSeparator(char character) =>
        character is '.' or '-' or '/' or ' ' or '_' or '\u00A0' or (>= '\u2010' and <= '\u2015') or '\u2212' or '\uFF0E' or '\uFF0D' or '\uFF0F';

    private static bool IsInvisible(char character) => char.GetUnicodeCategory(character) == UnicodeCategory.Format;
}
