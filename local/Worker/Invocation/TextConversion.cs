using System.ComponentModel;
using System.Globalization;

namespace AgentFunctions.Local.Worker.Invocation;

/// <summary>Turns the text of a route value or a message property into a parameter's type.</summary>
internal static class TextConversion
{
    public static bool IsPossible(Type type) => type == typeof(string) || TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    /// <exception cref="FormatException">The value does not fit the type.</exception>
    public static object? Convert(object? value, Type type)
    {
        if (value is null || type.IsInstanceOfType(value))
        {
            return value;
        }

        var text = System.Convert.ToString(value, CultureInfo.InvariantCulture)!;
        try
        {
            return type == typeof(string) ? text : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            throw new FormatException($"'{text}' is not a valid {(Nullable.GetUnderlyingType(type) ?? type).Name}.", error);
        }
    }
}
