using System.Reflection;
using System.Text.Json.Nodes;

namespace Infra.Tests.Bicep;

/// <summary>The Bicep compiler of the package, on a copy of what it reads, as it writes beside its input.</summary>
internal sealed class BicepCompiler : IDisposable
{
    private const string Subscription = "00000000-0000-0000-0000-000000000001";

    private static readonly string Program = typeof(BicepCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(each => each.Key == "BicepPath").Value!.Replace('\\', '/');

    private readonly TempFolder folder = new();

    public BicepCompiler()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("infra/bicep"), "*", SearchOption.AllDirectories)
            .Append(Repository.PathOf("functions/host.json")))
        {
            var copy = Path.Combine(folder.Path, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private string Main => Path.Combine(folder.Path, "infra", "bicep", "main.bicep");

    /// <summary>Runs the compiler.</summary>
    /// <param name="environment">What azd's environment has.</param>
    /// <param name="arguments">The command; the file is relative to <c>infra/bicep</c>.</param>
    public Task<CommandResult> RunAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        Command.RunAsync(Program, arguments, Path.GetDirectoryName(Main)!, environment);

    /// <summary>The compiled template. A warning fails the test.</summary>
    public async Task<JsonObject> BuildAsync()
    {
        var result = await RunAsync(new Dictionary<string, string?>(), "build", "main.bicep", "--stdout");
        Assert.Empty(result.Error);
        return JsonNode.Parse(result.Output)!.AsObject();
    }

    /// <summary>What a deployment would make, with every expression evaluated that needs no resource to be there.</summary>
    /// <param name="environment">What azd's environment has.</param>
    public async Task<Deployment> DeployAsync(IReadOnlyDictionary<string, string?> environment)
    {
        var result = await RunAsync(
            environment, "snapshot", "main.bicepparam", "--mode", "overwrite", "--subscription-id", Subscription, "--location", "eastus2");
        Assert.Empty(result.Text);
        return new Deployment(JsonNode.Parse(await File.ReadAllTextAsync(
            Path.ChangeExtension(Main, ".snapshot.json"), TestContext.Current.CancellationToken))!.AsObject());
    }

    public void Dispose() => folder.Dispose();
}
