using System.Security.Cryptography;
using System.Text;

namespace AgentFunctions;

/// <summary>Ids of threads, runs, steps, agents and approvals.</summary>
public static class Identifiers
{
    /// <summary>The rule, for messages.</summary>
    public const string Rule = "1 to 64 of A-Z, a-z, 0-9, '.', '_', '-', and not '.' or '..'";

    private const int MaxLength = 64;
    private const int DerivedBytes = 16;

    /// <summary>Whether a text may be an id: 1–64 of <c>[A-Za-z0-9._-]</c>, but not <c>.</c> or <c>..</c>, which are steps of a path.</summary>
    /// <param name="id">The text.</param>
    public static bool IsValid(string? id) =>
        id is { Length: > 0 and <= MaxLength }
        && id is not ("." or "..")
        && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    /// <summary>An id that the same parts always give, and other parts never do (128 bits of SHA-256).</summary>
    /// <param name="prefix">What the id is of, such as <c>run</c>.</param>
    /// <param name="parts">What it is derived from.</param>
    public static string Derive(string prefix, params ReadOnlySpan<string> parts)
    {
        // The lengths keep ("a", "bc") and ("ab", "c") apart.
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Length).Append(':').Append(part);
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return $"{prefix}-{Convert.ToHexStringLower(hash.AsSpan(0, DerivedBytes))}";
    }
}
