using System.Text.Json.Nodes;

namespace Infra.Tests.Bicep;

public sealed class CompilerTests
{
    [Theory]
    [InlineData("lint", "main.bicep")]
    [InlineData("lint", "main.bicepparam")]
    public async Task Bicep_has_nothing_to_say(params string[] command)
    {
        using var compiler = new BicepCompiler();

        var result = await compiler.RunAsync(new Dictionary<string, string?>(), command);

        Assert.Empty(result.Error);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public void Every_module_is_part_of_the_deployment()
    {
        var modules = Directory.EnumerateFiles(Repository.PathOf("infra/bicep/modules"), "*.bicep");
        var sources = Directory.EnumerateFiles(Repository.PathOf("infra/bicep"), "*.bicep", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();

        Assert.All(modules, module => Assert.Contains(sources, source => source.Contains($"{Path.GetFileName(module)}'", StringComparison.Ordinal)));
    }

    [Fact]
    public void No_rule_of_the_linter_is_off()
    {
        var settings = JsonNode.Parse(File.ReadAllText(Repository.PathOf("infra/bicep/bicepconfig.json")))!["analyzers"]!["core"]!;
        var sources = Directory.EnumerateFiles(Repository.PathOf("infra/bicep"), "*.bicep", SearchOption.AllDirectories);

        Assert.True(settings["enabled"]!.GetValue<bool>());
        Assert.All(settings["rules"]!.AsObject(), rule => Assert.Equal("error", rule.Value!["level"]!.GetValue<string>()));
        Assert.All(sources, source => Assert.DoesNotContain("#disable", File.ReadAllText(source), StringComparison.Ordinal));
    }
}
