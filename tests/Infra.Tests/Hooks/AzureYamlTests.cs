using YamlDotNet.RepresentationModel;

namespace Infra.Tests.Hooks;

public sealed class AzureYamlTests
{
    private static readonly YamlMappingNode Root = Load();

    [Fact]
    public void The_infrastructure_is_that_of_infra_bicep()
    {
        Assert.Equal("bicep", Text("infra", "provider"));
        Assert.True(File.Exists(Repository.PathOf($"{Text("infra", "path")}/{Text("infra", "module")}.bicep")));
    }

    [Fact]
    public void The_service_is_the_function_app()
    {
        Assert.Equal("function", Text("services", "api", "host"));
        Assert.Equal("dotnet", Text("services", "api", "language"));
        Assert.True(File.Exists(Repository.PathOf($"{Text("services", "api", "project")}/AgentFunctions.csproj")));
    }

    [Theory]
    [InlineData("preprovision", "posix", "sh")]
    [InlineData("preprovision", "windows", "pwsh")]
    [InlineData("postdeploy", "posix", "sh")]
    [InlineData("postdeploy", "windows", "pwsh")]
    public void Every_hook_has_a_script_for_each_kind_of_machine(string hook, string machine, string shell)
    {
        Assert.Equal(shell, Text("hooks", hook, machine, "shell"));
        Assert.True(File.Exists(Repository.PathOf(Text("hooks", hook, machine, "run"))));
    }

    private static string Text(params string[] path) => ((YamlScalarNode)path.Aggregate((YamlNode)Root, (node, name) => node[name])).Value!;

    private static YamlMappingNode Load()
    {
        using var reader = File.OpenText(Repository.PathOf("azure.yaml"));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }
}
