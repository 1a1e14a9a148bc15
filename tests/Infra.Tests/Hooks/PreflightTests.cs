using Infra.Tests.Bicep;

namespace Infra.Tests.Hooks;

/// <summary>The pre-flight check, with an Azure CLI that answers what the test says.</summary>
public sealed class PreflightTests(Deployments deployments) : IDisposable
{
    private const string Enough = "OpenAI.GlobalStandard.gpt-4.1\\t0.0\\t500.0\\nOpenAI.GlobalStandard.gpt-4.1-mini\\t10.0\\t500.0\\n";

    private readonly TempFolder folder = new();

    public static TheoryData<string> Shells => ["sh", "pwsh"];

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_region_that_has_everything_passes(string shell)
    {
        var result = await RunAsync(shell, new() { ["AZURE_LOCATION"] = "eastus2", ["OPENAI"] = "new" });

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("eastus2 offers what is needed", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_region_without_the_plan_or_the_scheduler_is_named_with_those_that_have_them(string shell)
    {
        var result = await RunAsync(shell, new() { ["AZURE_LOCATION"] = "marsnorth" });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Flex Consumption is not offered in marsnorth", result.Error, StringComparison.Ordinal);
        Assert.Contains("Durable Task Scheduler is not offered in marsnorth", result.Error, StringComparison.Ordinal);
        Assert.Contains("eastus2, westeurope", result.Error, StringComparison.Ordinal);
        Assert.Contains("azd env set AZURE_LOCATION", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Too_little_quota_is_said_with_what_is_left_and_what_is_needed(string shell)
    {
        var result = await RunAsync(
            shell,
            new() { ["AZURE_LOCATION"] = "eastus2", ["OPENAI"] = "new" },
            usage: "OpenAI.GlobalStandard.gpt-4.1\\t480.0\\t500.0\\n");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("has 20 thousand tokens per minute left for gpt-4.1 (GlobalStandard) in eastus2; 50 are needed", result.Error, StringComparison.Ordinal);
        Assert.Contains("no quota named OpenAI.GlobalStandard.gpt-4.1-mini", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Quota_is_asked_for_only_where_models_are_deployed(string shell)
    {
        var result = await RunAsync(shell, new() { ["AZURE_LOCATION"] = "eastus2" }, usage: "");

        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Who_is_not_logged_in_is_told_how(string shell)
    {
        var result = await RunAsync(shell, new() { ["AZURE_LOCATION"] = "eastus2" }, isLoggedIn: false);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("az login", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sh", null, "none", "AZURE_LOCATION is not set")]
    [InlineData("sh", "eastus2", "some", "OPENAI is 'some'")]
    [InlineData("sh", "eastus2", "existing", "OPENAI_RESOURCE_ID is not set")]
    [InlineData("pwsh", null, "none", "AZURE_LOCATION is not set")]
    [InlineData("pwsh", "eastus2", "some", "OPENAI is 'some'")]
    [InlineData("pwsh", "eastus2", "existing", "OPENAI_RESOURCE_ID is not set")]
    public async Task A_wrong_environment_is_said(string shell, string? location, string openAi, string problem)
    {
        var result = await RunAsync(shell, new() { ["AZURE_LOCATION"] = location, ["OPENAI"] = openAi });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("preflight.sh")]
    [InlineData("preflight.ps1")]
    public void The_quota_that_is_asked_for_is_that_of_the_template(string script)
    {
        var deployed = deployments.Template["parameters"]!["modelDeployments"]!["defaultValue"]!.AsArray()
            .Select(each => $"{each!["model"]}:{each["sku"]}:{each["capacity"]}");

        Assert.Contains(string.Join(' ', deployed), File.ReadAllText(Repository.PathOf($"infra/hooks/{script}")), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private async Task<CommandResult> RunAsync(
        string shell, Dictionary<string, string?> environment, string usage = Enough, bool isLoggedIn = true)
    {
        var az = Path.Combine(folder.Path, "az");
        await File.WriteAllTextAsync(
            az,
            $"""
            #!/bin/sh
            case "$*" in
              "account show"*) exit {(isLoggedIn ? 0 : 1)} ;;
              "functionapp list-flexconsumption-locations"*) printf 'eastus2\nwesteurope\n' ;;
              "provider show --namespace Microsoft.DurableTask"*) printf 'East US 2\nWest Europe\n' ;;
              "cognitiveservices usage list --location eastus2"*) printf '{usage}' ;;
              *) echo "The stand-in does not know: $*" >&2; exit 1 ;;
            esac

            """,
            TestContext.Current.CancellationToken);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The stand-in for the Azure CLI is a shell script.");
        }
        else
        {
            File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        environment["PATH"] = $"{folder.Path}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        environment["AZURE_SUBSCRIPTION_ID"] = null;
        environment.TryAdd("OPENAI", null);
        environment.TryAdd("OPENAI_RESOURCE_ID", null);
        return await Shell.RunAsync(shell, "preflight", environment);
    }
}
