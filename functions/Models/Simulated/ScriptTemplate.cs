using System.Globalization;
using System.Text.RegularExpressions;
using AgentFunctions.Agents;
using AgentFunctions.Yaml;
using Fluid;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AgentFunctions.Models.Simulated;

/// <summary>A Liquid template of a script, with its place. Values are filled in as they are; <c>| json</c> writes them as JSON.</summary>
internal sealed partial class ScriptTemplate
{
    private const int MaxSteps = 1_000_000;

    private static readonly FluidParser Parser = new();

    private static readonly TemplateOptions Options = new()
    {
        CultureInfo = CultureInfo.InvariantCulture,
        MaxSteps = MaxSteps,
        StrictFilters = true,
        JsonSerializerOptions = AgentJson.Options,
    };

    private readonly YamlValue place;
    private readonly IFluidTemplate template;

    private ScriptTemplate(YamlValue place, string text)
    {
        this.place = place;
        template = Parser.TryParse(text, out var parsed, out var error)
            ? parsed
            : throw new DefinitionException(place.File, LineOf(error), place.Path, $"Malformed Liquid: {error.Split('\n')[0]}.");
    }

    /// <summary>A template that renders a text.</summary>
    /// <param name="value">The template's text.</param>
    /// <exception cref="DefinitionException">It is no Liquid.</exception>
    public static ScriptTemplate Of(YamlValue value) => new(value, value.Text());

    /// <summary>A condition, as it stands in a Liquid <c>if</c>.</summary>
    /// <param name="value">The condition's text.</param>
    /// <exception cref="DefinitionException">It is no condition.</exception>
    public static ScriptTemplate Condition(YamlValue value) => value.Text().Contains("%}", StringComparison.Ordinal)
        ? throw value.Error("A condition holds no tags.")
        : new(value, $"{{% if {value.Text()} %}}true{{% endif %}}");

    /// <summary>Renders the text.</summary>
    /// <param name="variables">What the template can see.</param>
    /// <exception cref="ScriptException">It cannot be rendered.</exception>
    public string Render(IReadOnlyDictionary<string, object?> variables)
    {
        var context = new TemplateContext(Options);
        foreach (var (name, value) in variables)
        {
            context.SetValue(name, value);
        }

        try
        {
            return template.Render(context).Trim();
        }
        catch (Exception exception)
        {
            throw Error($"The template cannot be rendered: {exception.Message}");
        }
    }

    /// <summary>Whether a condition holds.</summary>
    /// <param name="variables">What the condition can see.</param>
    /// <exception cref="ScriptException">It cannot be evaluated.</exception>
    public bool Holds(IReadOnlyDictionary<string, object?> variables) => Render(variables).Length > 0;

    /// <summary>A complaint about what this template rendered.</summary>
    /// <param name="problem">What is wrong, one sentence.</param>
    public ScriptException Error(string problem) => new(place.File, place.Line, $"{place.Path}: {problem}");

    /// <summary>The file's line of an error in the template; the text of a block scalar starts on the line below its marker.</summary>
    private int LineOf(string error)
    {
        var block = place.Node is YamlScalarNode { Style: ScalarStyle.Literal or ScalarStyle.Folded };
        return Position().Match(error) is { Success: true } match && block
            ? place.Line + int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : place.Line;
    }

    [GeneratedRegex(@"\((\d+):\d+\)", RegexOptions.None, 1000)]
    private static partial Regex Position();
}
