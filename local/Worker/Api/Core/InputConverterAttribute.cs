namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>Names the converter that fills a parameter.</summary>
/// <param name="converterType">The converter.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Parameter | AttributeTargets.Interface | AttributeTargets.Enum | AttributeTargets.Struct)]
public class InputConverterAttribute(Type converterType) : Attribute
{
    /// <summary>The converter.</summary>
    public Type ConverterType { get; } = converterType;
}
