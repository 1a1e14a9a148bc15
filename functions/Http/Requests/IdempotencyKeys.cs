using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Requests;

/// <summary>The header <c>Idempotency-Key</c>.</summary>
internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <summary>The key, or <see langword="null"/> where there is none.</summary>
    /// <exception cref="RequestRefusedException">It is no key.</exception>
    public static string? Read(IHeaderDictionary headers)
    {
        var given = headers[Header];
        return given.Count switch
        {
            0 => null,
            1 when given[0] is { Length: > 0 and <= MaxLength } key && key.All(letter => letter is > ' ' and <= '~') => key,
            _ => throw RequestRefusedException.BadRequest(
                Header, FormattableString.Invariant($"It is one text of 1 to {MaxLength} visible ASCII characters.")),
        };
    }
}
