using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Infra.Tests.Host;

/// <summary>What the function app is built of for Azure, as MSBuild evaluates it.</summary>
public sealed class AzureBuildTests
{
    private static readonly string[] OfAzure =
    [
        "Azure.AI.OpenAI", "Azure.Data.Tables", "Azure.Identity", "Azure.Messaging.ServiceBus", "Microsoft.ApplicationInsights",
        "Microsoft.Azure.Functions.Worker", "Microsoft.Azure.Functions.Worker.ApplicationInsights",
        "Microsoft.Azure.Functions.Worker.Extensions.DurableTask", "Microsoft.Azure.Functions.Worker.Extensions.DurableTask.AzureManaged",
        "Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore", "Microsoft.Azure.Functions.Worker.Extensions.ServiceBus",
        "Microsoft.Azure.Functions.Worker.Extensions.Timer", "Microsoft.Azure.Functions.Worker.OpenTelemetry", "Microsoft.Azure.Functions.Worker.Sdk",
    ];

    /// <summary>By the property, and as azd does: with the values of its environment as environment variables.</summary>
    public static TheoryData<string?, string?> Ways => new() { { "-p:FunctionsHost=Azure", null }, { null, "production" } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task For_Azure_the_app_is_built_of_the_packages_and_nothing_of_the_local_host(string? property, string? environmentName)
    {
        var build = await EvaluateAsync(property, environmentName);
        var packages = Names(build, "PackageReference");
        var versions = build["Items"]!["PackageVersion"]!.AsArray().ToDictionary(
            each => each!["Identity"]!.GetValue<string>(), each => each!["Version"]!.GetValue<string>(), StringComparer.Ordinal);

        Assert.Equal("Azure", Property(build, "FunctionsHost"));
        Assert.Equal("net10.0", Property(build, "TargetFramework"));
        Assert.Equal("Exe", Property(build, "OutputType"));
        Assert.Equal("v4", Property(build, "AzureFunctionsVersion"));
        Assert.All(OfAzure, package => Assert.Contains(package, packages));
        Assert.All(OfAzure, package => Assert.Matches(@"^\d+\.\d+\.\d+$", versions[package]));
        Assert.DoesNotContain(Names(build, "ProjectReference"), IsLocal);
        Assert.All(Names(build, "ProjectReference"), project => Assert.DoesNotContain(ReferencesOf(Repository.PathOf($"functions/{project}")), IsLocal));
    }

    [Fact]
    public async Task Without_either_the_app_is_built_of_the_local_host_and_no_package_of_Azure_Functions()
    {
        var build = await EvaluateAsync(property: null, environmentName: null);

        Assert.Equal("Local", Property(build, "FunctionsHost"));
        Assert.Single(Names(build, "ProjectReference"), IsLocal);
        Assert.DoesNotContain(Names(build, "PackageReference"), name => name.StartsWith("Microsoft.Azure.Functions", StringComparison.Ordinal));
    }

    private static async Task<JsonNode> EvaluateAsync(string? property, string? environmentName)
    {
        string[] arguments =
        [
            "msbuild", Repository.PathOf("functions/AgentFunctions.csproj"), "-nologo", "-nodeReuse:false", .. property is null ? [] : new[] { property },
            "-getItem:PackageReference", "-getItem:ProjectReference", "-getItem:PackageVersion",
            "-getProperty:FunctionsHost", "-getProperty:TargetFramework", "-getProperty:OutputType", "-getProperty:AzureFunctionsVersion",
        ];
        var result = await Command.RunAsync("dotnet", arguments, Repository.Root, new Dictionary<string, string?> { ["AZURE_ENV_NAME"] = environmentName, ["FunctionsHost"] = null });
        Assert.True(result.ExitCode == 0, result.Text);
        return JsonNode.Parse(result.Output)!;
    }

    private static List<string> Names(JsonNode build, string item) =>
        [.. build["Items"]![item]!.AsArray().Select(each => each!["Identity"]!.GetValue<string>())];

    private static string Property(JsonNode build, string name) => build["Properties"]![name]!.GetValue<string>();

    /// <summary>What a project of the repository references, and what that does.</summary>
    private static IEnumerable<string> ReferencesOf(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        foreach (var reference in XDocument.Load(project).Descendants("ProjectReference").Select(each => each.Attribute("Include")!.Value))
        {
            yield return reference;
            foreach (var further in ReferencesOf(Path.GetFullPath(reference.Replace('\\', '/'), folder)))
            {
                yield return further;
            }
        }
    }

    private static bool IsLocal(string reference) => reference.Replace('\\', '/').Contains("/local/", StringComparison.Ordinal);
}
