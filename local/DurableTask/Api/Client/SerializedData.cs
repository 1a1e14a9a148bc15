using Microsoft.DurableTask.Converters;

namespace Microsoft.DurableTask.Client;

/// <summary>Data and what reads it.</summary>
public sealed class SerializedData(string data, DataConverter? converter = null)
{
    /// <summary>The data.</summary>
    public string Value { get; } = data;

    /// <summary>What reads it.</summary>
    public DataConverter Converter { get; } = converter ?? JsonDataConverter.Default;

    /// <summary>Reads the data.</summary>
    /// <typeparam name="T">The data's type.</typeparam>
    public T ReadAs<T>() => Converter.Deserialize<T>(Value)!;
}
