using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Requests;

/// <summary>Pages of lists: <c>limit</c> and <c>cursor</c>.</summary>
internal static class Paging
{
    public const int Default = 100;
    public const int Largest = 1000;

    /// <exception cref="RequestRefusedException">It is out of range.</exception>
    public static int Limit(this IQueryCollection query) => (int)(query.Number("limit", 1, Largest) ?? Default);

    /// <summary>Where the page before ended in a list that has one number for each entry.</summary>
    /// <exception cref="RequestRefusedException">It is no cursor.</exception>
    public static long? Cursor(this IQueryCollection query) => query.Number("cursor", 0, long.MaxValue);

    /// <summary>The time of a parameter, UTC.</summary>
    /// <exception cref="RequestRefusedException">It is no time by ISO 8601 with its zone.</exception>
    public static DateTimeOffset? Time(this IQueryCollection query, string name)
    {
        if (query.Text(name) is not { } text)
        {
            return null;
        }

        // A plus sign that was not encoded arrives as a space.
        return DateTimeOffset.TryParseExact(
            text.Replace(' ', '+'),
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time)
                ? time
                : throw RequestRefusedException.BadRequest(name, "It must be a time by ISO 8601, such as 2026-01-31T12:00:00Z.");
    }
}
