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
    public void Every_output_is_read_by_another_file()
    {
        var modules = Directory.EnumerateFiles(Repository.PathOf("infra/bicep/modules"), "*.bicep")
            .ToDictionary(file => Path.GetFileName(file), File.ReadAllText, StringComparer.Ordinal);
        var main = File.ReadAllText(Repository.PathOf("infra/bicep/main.bicep"));
        string Readers(string name) => string.Concat(modules.Where(each => each.Key != name).Select(each => each.Value).Append(main));
        var people = string.Concat(
            Directory.EnumerateFiles(Repository.PathOf("infra/hooks")).Append(Repository.PathOf("docs/deploy.md")).Select(File.ReadAllText));

        Assert.All(
            modules.SelectMany(module => Outputs(module.Value).Select(output => (Module: module.Key, Output: output))),
            each => Assert.Contains($".outputs.{each.Output}", Readers(each.Module), StringComparison.Ordinal));
        // azd itself reads AZURE_LOCATION and AZURE_TENANT_ID.
        Assert.All(Outputs(main).Except(["AZURE_LOCATION", "AZURE_TENANT_ID"]), output => Assert.Contains(output, people, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Outputs(string bicep) => bicep.Split('\n')
        .Where(line => line.StartsWith("output ", StringComparison.Ordinal))
        .Select(line => line.Split(' ')[1]);

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
