using System.Text.RegularExpressions;

namespace AgentFunctions.Policies.Data;

/// <summary>Finds one kind of data in texts.</summary>
/// <param name="Name">The name that stands in its place.</param>
/// <param name="Find">The places in a text, from left to right, not overlapping.</param>
public sealed record Detector(string Name, Func<string, IEnumerable<Range>> Find)
{
    /// <summary>Whether a value under this name is such data whatever it looks like.</summary>
    public Func<string, bool> IsNamed { get; init; } = _ => false;
}

/// <summary>The detectors that policies can name.</summary>
internal static partial class Detectors
{
    /// <summary>CPF, CNPJ, e-mail addresses, and keys: tokens, passwords and private keys.</summary>
    public static IReadOnlyDictionary<string, Detector> BuiltIn { get; } = new Detector[]
    {
        new("cpf", TaxNumbers.Cpfs),
        new("cnpj", TaxNumbers.Cnpjs),
        new("email", text => text.Contains('@', StringComparison.Ordinal) ? All(Email(), text) : []),
        new("keys", text => All(Keys(), text)) { IsNamed = name => KeyName().IsMatch(name) },
    }.ToDictionary(detector => detector.Name, StringComparer.Ordinal);

    /// <summary>A detector of everything that an expression matches.</summary>
    /// <param name="name">The name that stands in its place.</param>
    /// <param name="regex">The expression.</param>
    public static Detector Of(string name, Regex regex) => new(name, text => All(regex, text));

    private static IEnumerable<Range> All(Regex regex, string text)
    {
        foreach (var match in regex.EnumerateMatches(text).ToRanges())
        {
            yield return match;
        }
    }

    private static List<Range> ToRanges(this Regex.ValueMatchEnumerator matches)
    {
        var ranges = new List<Range>();
        foreach (var match in matches)
        {
            if (match.Length > 0)
            {
                ranges.Add(match.Index..(match.Index + match.Length));
            }
        }

        return ranges;
    }

    [GeneratedRegex(@"[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, 1_000)]
    private static partial Regex Email();

    /// <summary>Tokens by the prefixes that their issuers publish, private keys, and values that are called a secret where they stand.</summary>
    [GeneratedRegex(
        """
        -----BEGIN[A-Z ]*PRIVATE\ KEY-----[A-Za-z0-9+/=\s:,\-]*?-----END[A-Z ]*PRIVATE\ KEY-----
        | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b
        | \bgh[pousr]_[A-Za-z0-9]{20,}\b | \bgithub_pat_[A-Za-z0-9_]{20,}\b | \bglpat-[A-Za-z0-9_\-]{20,}
        | \bxox[abeoprs]-[A-Za-z0-9\-]{10,} | \bAIza[A-Za-z0-9_\-]{35}
        | \bsk-[A-Za-z0-9_\-]{16,} | \b[rs]k_(?:live|test)_[A-Za-z0-9]{16,} | \bnpm_[A-Za-z0-9]{30,}
        | \beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*
        | \b[Bb]earer\s+[A-Za-z0-9._~+/\-]{8,}=* | \b[Bb]asic\s+[A-Za-z0-9+/]{12,}=*
        | [?&;](?:sig|code|token|key)=[A-Za-z0-9%._~+/\-]{16,}=*
        | (?i:\b(?:account|sharedaccess|access|secret|api|private|subscription|function)[\ _\-]?(?:access)?[\ _\-]?key\b|\b(?:client|app)?[\ _\-]?secret\b|\b(?:access|refresh|auth|id|api|session)[\ _\-]?token\b|\bpasswords?\b|\bpasswd\b|\bpwd\b|\bsenha\b)["']?\s*[:=]\s*["']?[^\s"',;{}\[\]]{4,}
        """,
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnorePatternWhitespace,
        1_000)]
    private static partial Regex Keys();

    [GeneratedRegex(
        @"^(?:.*[_\-. ])?(?:password|passwd|pwd|senha|secret|client_?secret|(?:api|access|account|private|secret|shared_?access|subscription|function)_?key|(?:access|refresh|auth|id|api|session)_?token|authorization|connection_?string|x-functions-key)$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase,
        1_000)]
    private static partial Regex KeyName();
}
