using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Requests;

/// <summary>Query parameters.</summary>
internal static class QueryValues
{
    private const int MaxLength = 1024;

    /// <summary>The parameter's value, or <see langword="null"/> where it is missing or empty.</summary>
    /// <exception cref="RequestRefusedException">It is too long.</exception>
    public static string? Text(this IQueryCollection query, string name) => query[name].FirstOrDefault() switch
    {
        null or "" => null,
        { Length: > MaxLength } => throw RequestRefusedException.BadRequest(name, FormattableString.Invariant($"It is longer than {MaxLength} characters.")),
        var value => value,
    };

    /// <exception cref="RequestRefusedException">It is not one of the enum's words.</exception>
    public static TEnum? Choice<TEnum>(this IQueryCollection query, string name)
        where TEnum : struct, Enum
    {
        if (query.Text(name) is not { } text)
        {
            return null;
        }

        return Words.Parse<TEnum>(text) ?? throw RequestRefusedException.BadRequest(name, $"It must be one of {Words.All<TEnum>()}.");
    }

    /// <exception cref="RequestRefusedException">It is not a whole number of the range.</exception>
    public static long? Number(this IQueryCollection query, string name, long min, long max)
    {
        if (query.Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw RequestRefusedException.BadRequest(name, FormattableString.Invariant($"It must be a whole number from {min} to {max}."));
    }

    /// <summary>Whether the parameter is <c>true</c>.</summary>
    /// <exception cref="RequestRefusedException">It is neither <c>true</c> nor <c>false</c>.</exception>
    public static bool Flag(this IQueryCollection query, string name) => query.Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw RequestRefusedException.BadRequest(name, "It must be true or false."),
    };
}
