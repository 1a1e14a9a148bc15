using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Http.Principals;

/// <summary>To which tenant callers belong, and what they may do there.</summary>
/// <param name="Claim">Type of the claim of a principal that names its tenant. Setting <c>Tenants:Claim</c>, default <c>tid</c>.</param>
/// <param name="BudgetManagers">Groups and roles that may set budgets. Setting <c>Tenants:BudgetManagers</c>, default <c>BudgetManager</c>.</param>
/// <param name="Operators">Groups and roles that operate the app, for all tenants. Setting <c>Tenants:Operators</c>, default <c>Operator</c>.</param>
/// <param name="MaxThreadUsd">Most USD of a thread that is created by somebody who may not set budgets. Setting <c>Tenants:MaxThreadUsd</c>, default 100.</param>
public sealed record TenantSettings(
    string Claim, IReadOnlyList<string> BudgetManagers, IReadOnlyList<string> Operators, decimal MaxThreadUsd)
{
    private const string All = "*";
    private const string KeysSetting = "Tenants:Keys";
    private const string NamesSetting = "Tenants:Names";
    private const int HashDigits = 64;

    /// <summary>Tenants by the value of the claim, where it is not the tenant's own name. Setting <c>Tenants:Names</c>: <c>VALUE=acme,VALUE=globex</c>.</summary>
    public IReadOnlyDictionary<string, string> Names { get; private init; } = new Dictionary<string, string>();

    /// <summary>
    /// Function keys that stand for a tenant, by the SHA-256 of the key, in lower case; <see langword="null"/> stands for all tenants.
    /// Setting <c>Tenants:Keys</c>: <c>acme=SHA256,globex=SHA256,*=SHA256</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Keys { get; private init; } = new Dictionary<string, string?>();

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The app's settings.</param>
    /// <exception cref="InvalidOperationException">A value is malformed; the message names the setting.</exception>
    public static TenantSettings From(IConfiguration configuration) => new(
        configuration["Tenants:Claim"] is { Length: > 0 } claim ? claim : "tid",
        List(configuration["Tenants:BudgetManagers"], "BudgetManager"),
        List(configuration["Tenants:Operators"], "Operator"),
        (decimal?)SettingNumbers.Read("Tenants:MaxThreadUsd", configuration["Tenants:MaxThreadUsd"], 0, (double)HttpLimits.MaxUsd) ?? 100m)
    {
        Names = Pairs(NamesSetting, configuration[NamesSetting])
            .Select(pair => KeyValuePair.Create(pair.Left, Tenant(NamesSetting, pair.Right)))
            .ToDictionary(StringComparer.Ordinal),
        Keys = Pairs(KeysSetting, configuration[KeysSetting])
            .Select(pair => KeyValuePair.Create(Hash(pair.Right), pair.Left == All ? null : Tenant(KeysSetting, pair.Left)))
            .ToDictionary(StringComparer.Ordinal),
    };

    /// <summary>The tenant of a key; without one where the key stands for all tenants.</summary>
    /// <param name="key">The key, as a request brings it.</param>
    /// <returns>Whether the key stands for anybody, and for whom.</returns>
    public (bool IsKnown, string? Tenant) Of(string key) =>
        Keys.TryGetValue(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))), out var tenant) ? (true, tenant) : (false, null);

    private static string[] List(string? text, string otherwise) =>
        (string.IsNullOrWhiteSpace(text) ? otherwise : text).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<(string Left, string Right)> Pairs(string setting, string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(pair => pair.LastIndexOf('=') is var at and > 0
                ? (pair[..at].Trim(), pair[(at + 1)..].Trim())
                : throw new InvalidOperationException($"The setting {setting} must be pairs, such as left=right,left=right."));

    private static string Tenant(string setting, string name) => Identifiers.IsValid(name)
        ? name
        : throw new InvalidOperationException($"The setting {setting} names a tenant that is none: it is {Identifiers.Rule}.");

    private static string Hash(string text) => text.Length == HashDigits && text.All(char.IsAsciiHexDigit)
        ? text.ToLowerInvariant()
        : throw new InvalidOperationException($"The setting {KeysSetting} must have the SHA-256 of each key, {HashDigits} hexadecimal digits, never the key itself.");
}
