using System.Text;
using AgentFunctions.Agents;
using AgentFunctions.Yaml;
using FsCheck;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Agents;

public sealed class HostileYamlTests
{
    [Theory]
    [InlineData("name: a\n  model: b", 2, "Malformed YAML")]
    [InlineData("name: 'a", 1, "Malformed YAML")]
    [InlineData("name: a\nname: b", 2, "Malformed YAML")]
    [InlineData("name: a\nb: @c", 2, "Malformed YAML")]
    [InlineData("a: {b: c", 1, "Malformed YAML")]
    [InlineData("a: &x 1\nb: *x", 1, "Anchors")]
    [InlineData("a: 1\nb: *x", 2, "Aliases")]
    [InlineData("a: !!python/object:os.system 1", 1, "Tags")]
    [InlineData("a: 1\n---\nb: 2", 2, "Only one document")]
    [InlineData("", 0, "no YAML document")]
    [InlineData("# only a comment", 0, "no YAML document")]
    public void It_is_refused_with_its_line(string yaml, int line, string problem)
    {
        var error = Assert.Throws<DefinitionException>(() => YamlFile.Parse("body", yaml));
        Assert.Equal(("body", line, ""), (error.File, error.Line, error.Field));
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_bomb_of_aliases_is_refused_before_it_grows()
    {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (var level = 1; level < 20; level++)
        {
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        }

        Assert.Throws<DefinitionException>(() => YamlFile.Parse("body", bomb.ToString()));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    [InlineData("- ", "")]
    [InlineData("? ", "")]
    [InlineData("[[", "")]
    public void Nesting_beyond_reason_is_refused(string open, string close)
    {
        var deep = string.Concat(Enumerable.Repeat(open, 50_000)) + string.Concat(Enumerable.Repeat(close, 50_000));
        Assert.Throws<DefinitionException>(() => YamlFile.Parse("body", deep[..Math.Min(deep.Length, YamlFile.MaxBytes)]));
    }

    [Fact]
    public void More_than_256_KB_are_refused_and_256_KB_are_not()
    {
        Assert.Contains("256 KB", Assert.Throws<DefinitionException>(() => YamlFile.Parse("body", $"a: {new string('é', 131_072)}")).Problem, StringComparison.Ordinal);
        Assert.NotNull(YamlFile.Parse("body", $"a: {new string('é', 131_000)}"));
    }

    [Property(MaxTest = 500)]
    public bool Any_text_is_either_read_or_refused_with_a_definition_error(NonNull<string> text)
    {
        try
        {
            AgentDefinitionReader.Read(YamlFile.Parse("body", text.Get));
            return true;
        }
        catch (DefinitionException)
        {
            return true;
        }
    }

    [Fact]
    public void A_text_that_trips_the_parser_itself_is_refused_like_any_other()
    {
        var yaml = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "packs", "legal-audit", "agents", "contract-reviewer.yaml"));
        Assert.Throws<DefinitionException>(() => YamlFile.Parse("body", yaml.Insert("name: ".Length, "{")));
    }

    [Property(MaxTest = 2_000)]
    public bool Any_damage_to_a_definition_is_either_read_or_refused_with_a_definition_error(ushort at, char character, byte removed)
    {
        var yaml = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "packs", "legal-audit", "agents", "contract-reviewer.yaml"));
        var position = at % yaml.Length;
        var damaged = yaml[..position] + character + yaml[Math.Min(yaml.Length, position + removed)..];
        try
        {
            AgentDefinitionReader.Read(YamlFile.Parse("body", damaged));
            return true;
        }
        catch (DefinitionException)
        {
            return true;
        }
    }
}
