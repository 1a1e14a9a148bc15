using System.Text.RegularExpressions;
using AgentFunctions.Agents;
using AgentFunctions.Yaml;

namespace AgentFunctions.Policies;

/// <summary>Regular expressions of policies. They meet hostile text, so they match in linear time and within a time limit.</summary>
internal static class SafeRegex
{
    /// <summary>Longest that one text may be matched.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private const int MaxLength = 1_000;

    /// <summary>Reads an expression.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="pattern">The expression.</param>
    /// <param name="options">More options.</param>
    /// <exception cref="DefinitionException">It is malformed, too long, or needs backtracking (lookarounds, backreferences).</exception>
    public static Regex Read(YamlValue place, string pattern, RegexOptions options)
    {
        if (pattern.Length > MaxLength)
        {
            throw place.Error($"The expression is longer than {MaxLength} characters.");
        }

        try
        {
            return new Regex(pattern, options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Timeout);
        }
        catch (ArgumentException)
        {
            throw place.Error($"'{pattern}' is no regular expression.");
        }
        catch (NotSupportedException)
        {
            throw place.Error($"'{pattern}' needs backtracking (a lookaround, a backreference or an atomic group) or is too large; write it without.");
        }
    }
}
