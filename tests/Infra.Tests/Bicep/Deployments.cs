using System.Text.Json.Nodes;
using Infra.Tests.Bicep;

[assembly: AssemblyFixture(typeof(Deployments))]

namespace Infra.Tests.Bicep;

/// <summary>The deployments that the tests look at, made once for all of them.</summary>
public sealed class Deployments : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> Plain = new()
    {
        ["AZURE_ENV_NAME"] = "test",
        ["AZURE_LOCATION"] = "eastus2",
    };

    private static readonly Dictionary<string, string?> Everything = new(Plain)
    {
        ["NETWORK_ISOLATION"] = "true",
        ["OPENAI"] = "new",
        ["SCHEDULER_SKU"] = "Dedicated",
        ["ALWAYS_READY_INSTANCES"] = "1",
        ["ALERT_EMAIL"] = "operator@example.com",
        ["AUTH_CLIENT_ID"] = "00000000-0000-0000-0000-0000000000aa",
        ["OTLP_ENDPOINT"] = "https://collector.example.com",
        ["APP_SETTINGS"] = """{"Models__TimeoutSeconds":"300","Tools__Timeouts__read_document":"20"}""",
        ["VAULT_SETTINGS"] = """{"Audit__SigningKey":"audit-signing-key","Webhooks__Targets__ops__Secret":"webhook-ops"}""",
    };

    private static readonly Dictionary<string, string?> Shared = new(Plain)
    {
        ["OPENAI"] = "existing",
        ["OPENAI_RESOURCE_ID"] =
            "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/models/providers/Microsoft.CognitiveServices/accounts/shared-models",
    };

    /// <summary>The compiled template.</summary>
    internal JsonObject Template { get; private set; } = [];

    /// <summary>What <c>azd up</c> makes when nothing is said.</summary>
    internal Deployment Default { get; private set; } = null!;

    /// <summary>With every option on.</summary>
    internal Deployment Full { get; private set; } = null!;

    /// <summary>With an Azure OpenAI account that is there already.</summary>
    internal Deployment SharedModels { get; private set; } = null!;

    /// <summary>All of them.</summary>
    internal IEnumerable<Deployment> All => [Default, Full, SharedModels];

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        using var compiler = new BicepCompiler();
        Template = await compiler.BuildAsync();
        Default = await compiler.DeployAsync(Plain);
        Full = await compiler.DeployAsync(Everything);
        SharedModels = await compiler.DeployAsync(Shared);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
