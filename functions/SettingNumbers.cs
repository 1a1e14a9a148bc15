using System.Globalization;

namespace AgentFunctions;

/// <summary>Numbers of the settings.</summary>
internal static class SettingNumbers
{
    /// <summary>The number of a setting, or <see langword="null"/> where it is not set.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="text">Its value.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">The most.</param>
    /// <exception cref="InvalidOperationException">It is no number, or out of range; the message names the setting, never its value.</exception>
    public static double? Read(string name, string? text, double least, double most) => text switch
    {
        null => null,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        _ => throw new InvalidOperationException(FormattableString.Invariant($"The setting {name} must be a number from {least} to {most}.")),
    };
}
