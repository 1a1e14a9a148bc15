using System.Text.RegularExpressions;
using Infra.Tests.Host;

[assembly: AssemblyFixture(typeof(AzurePublication))]

namespace Infra.Tests.Host;

/// <summary>
/// The function app, published for Azure: <c>dotnet publish functions -c Release -p:FunctionsHost=Azure</c> against the real packages, in a
/// folder of its own. Two of the packages may not be served: the Service Bus trigger is then its slice in <c>local/</c>, see
/// <c>tests/AzureBuild</c>. Made once, when a test first asks for it.
/// </summary>
public sealed partial class AzurePublication : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Lazy<Task<CommandResult>> build;

    /// <summary>Of the present sources.</summary>
    public AzurePublication() => build = new Lazy<Task<CommandResult>>(PublishAsync);

    /// <summary>What is deployed.</summary>
    internal string Folder => Path.Combine(folder.Path, "app");

    /// <summary>What the build said. A test is skipped where a further package is not served.</summary>
    internal async Task<CommandResult> BuildAsync()
    {
        var result = await build.Value;
        var missing = NotServed().Match(result.Text);
        Assert.SkipWhen(missing.Success, $"A package of the Azure build cannot be had here: {missing.Value.Trim()}");
        return result;
    }

    /// <inheritdoc />
    public void Dispose() => folder.Dispose();

    private Task<CommandResult> PublishAsync() => Command.RunAsync(
        "dotnet",
        [
            "publish", Repository.PathOf("functions/AgentFunctions.csproj"), "-c", "Release", "-p:FunctionsHost=Azure", "-o", Folder, "-nologo",
            "--artifacts-path", Path.Combine(folder.Path, "artifacts"),
            $"-p:DirectoryBuildTargetsPath={Repository.PathOf("tests/AzureBuild/StandIns.targets")}",
            // The analyzers of the packages are to look at the sources; those of .NET have.
            "-p:EnableNETAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false",
            // No server that outlives the build, and with it the pipe that is read here.
            "-nodeReuse:false", "-p:UseSharedCompilation=false",
        ],
        Repository.Root,
        new Dictionary<string, string?> { ["AZURE_ENV_NAME"] = null, ["FunctionsHost"] = null });

    [GeneratedRegex(@"error NU(1100|1101|1102|1103|1301)\b.*")]
    private static partial Regex NotServed();
}
