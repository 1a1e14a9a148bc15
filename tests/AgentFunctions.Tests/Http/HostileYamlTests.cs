using AgentFunctions.Agents;
using AgentFunctions.Yaml;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Http;

public class HostileYamlTests
{
    private static readonly string[] Pieces =
    [
        "name", ": ", ":", "\n", "  ", "\n  - ", "[", "]", "{", "}", ", ", "'", "\"", "|\n", ">\n", "&a ", "*a", "!!str ", "? ", "#", "---\n",
        "...\n", "%YAML 1.2\n", "\t", "é", "\\", "0x", "~", "<<: ", "\u0085", "\0", "\ud800",
    ];

    public static Arbitrary<string> Texts() =>
        Gen.Elements(Pieces).ArrayOf().Select(pieces => string.Concat(pieces)).ToArbitrary();

    [Property(MaxTest = 3000)]
    public Property Any_text_is_read_or_refused_with_its_place() => Prop.ForAll(Texts(), text =>
    {
        try
        {
            YamlFile.Parse("body", text);
        }
        catch (DefinitionException refused)
        {
            Assert.True(refused.Line >= 0);
            Assert.NotEmpty(refused.Problem);
        }
    });
}
