using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Queue;

/// <summary>Numbers of a section of the settings.</summary>
/// <param name="section">The section.</param>
internal sealed class SettingsSection(IConfigurationSection section)
{
    public int? Whole(string name) => section[name] switch
    {
        null or "" => null,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 => number,
        _ => throw Wrong(name, "a whole number from 1 on"),
    };

    public int Required(string name) => Whole(name) ?? throw Wrong(name, "set, where anything of it is");

    public double? Number(string name, double least, double most) => section[name] switch
    {
        null or "" => null,
        { } text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        _ => throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}")),
    };

    /// <summary>The sections of a section, by their names.</summary>
    public IReadOnlyDictionary<string, T> Named<T>(string name, Func<SettingsSection, T> read)
    {
        var named = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var child in section.GetSection(name).GetChildren())
        {
            named.Add(child.Key, read(new SettingsSection(child)));
        }

        return named;
    }

    private InvalidOperationException Wrong(string name, string rule) => new($"The setting '{section.Path}:{name}' must be {rule}.");
}
