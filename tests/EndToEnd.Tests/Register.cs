using System.Text.Json;

namespace EndToEnd.Tests;

/// <summary>The effects of the tool record_review: one line each, outside the runtime's own stores.</summary>
internal static class Register
{
    /// <summary>The documents whose review was recorded, in the order of recording.</summary>
    public static IReadOnlyList<string> Documents(string folder) =>
    [
        .. File.ReadLines(Path.Combine(folder, "register.jsonl"))
            .Where(line => line.Length > 0)
            .Select(line => JsonElement.Parse(line).GetProperty("path").GetString()!),
    ];
}
