using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Local.Worker.Hosting;

/// <summary>Puts settings in place of <c>%name%</c> in a trigger's texts.</summary>
internal static partial class SettingNames
{
    /// <exception cref="InvalidOperationException">A setting is missing; the message names it.</exception>
    public static string Resolve(string text, IConfiguration configuration) => Placeholder().Replace(
        text,
        match => configuration[match.Groups[1].Value]
            ?? throw new InvalidOperationException($"The setting '{match.Groups[1].Value}', which '{text}' asks for, is not set."));

    [GeneratedRegex("%([^%]+)%", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
