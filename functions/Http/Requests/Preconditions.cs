using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Requests;

/// <summary>Preconditions of a change by RFC 9110: <c>If-Match</c> and <c>If-None-Match</c>. An entity tag is a version in quotes.</summary>
/// <param name="Version">The version that there must be, 0 for none; <see langword="null"/> for any.</param>
/// <param name="MustExist">Whether there must be one, whichever (<c>If-Match: *</c>).</param>
/// <param name="Field">The header.</param>
internal sealed record Preconditions(long? Version, bool MustExist, string Field)
{
    private const string Match = "If-Match";
    private const string NoneMatch = "If-None-Match";
    private const string Any = "*";

    /// <summary>The entity tag of a version.</summary>
    public static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <exception cref="RequestRefusedException">A header cannot be read.</exception>
    public static Preconditions Read(IHeaderDictionary headers)
    {
        var (match, noneMatch) = (headers[Match], headers[NoneMatch]);
        if (match.Count + noneMatch.Count > 1)
        {
            throw RequestRefusedException.BadRequest(Match, $"Send one of {Match} and {NoneMatch}, once.");
        }

        if (noneMatch.Count == 1)
        {
            return noneMatch[0] == Any
                ? new Preconditions(0, MustExist: false, NoneMatch)
                : throw RequestRefusedException.BadRequest(NoneMatch, "It can be *.");
        }

        return match.Count == 0 ? new Preconditions(Version: null, MustExist: false, Match)
            : match[0] == Any ? new Preconditions(Version: null, MustExist: true, Match)
            : new Preconditions(Parse(match[0]!), MustExist: false, Match);
    }

    private static long Parse(string tag) =>
        tag is ['"', .., '"'] && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
            ? version
            : throw RequestRefusedException.BadRequest(Match, "It is the ETag that was sent, a version in quotes such as \"7\", or *.");
}
