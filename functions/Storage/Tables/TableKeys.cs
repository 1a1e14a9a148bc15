using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// Keys of tables. The service splits a table by ranges of partition keys, so that keys that grow with time would all go to one server:
/// a partition key begins with two digits of its own hash, which spreads them. Row keys sort by what they are looked for.
/// </summary>
internal static class TableKeys
{
    private const int Longest = 400;

    /// <summary>The partition of an id.</summary>
    public static string Partition(string id) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 1))}.{Encode(id)}";

    /// <summary>A number in the order of numbers; from 0.</summary>
    public static string Number(long number) => number.ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>A number in the opposite order: what is greater comes first.</summary>
    public static string Newest(long number) => Number(long.MaxValue - number);

    /// <summary>
    /// A text as part of a key; what it begins with stays what it begins with. Characters that a key must not have are written as their
    /// code; a slash, the most frequent of them, as a colon.
    /// </summary>
    public static string Encode(string text)
    {
        var key = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = character switch
            {
                '/' => key.Append(':'),
                _ when char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' or '~' => key.Append(character),
                _ => key.Append(CultureInfo.InvariantCulture, $"!{(int)character:x4}"),
            };
        }

        // A key may have 512 characters; of a longer one the rest is told apart by its hash.
        return key.Length <= Longest
            ? key.ToString()
            : $"{key.ToString(0, Longest)}!!{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>A text as part of a key, in the order of the texts' bytes in UTF-8; what it begins with stays what it begins with.</summary>
    public static string Ordered(string text)
    {
        var key = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
        return key.Length <= Longest ? key : $"{key[..Longest]}!!{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>The least key behind all that begin with this prefix.</summary>
    public static string Behind(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);
}
