using System.Reflection;
using System.Text.Json.Nodes;
using Infra.Tests.Settings;
using Mono.Cecil;

namespace Infra.Tests.Bicep;

/// <summary>The app's identity may do what the code does, and nothing else.</summary>
public sealed class RoleTests(Deployments deployments)
{
    // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
    private const string Blobs = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string Tables = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";
    private const string DurableTasks = "0ad04412-c4d5-4796-b79c-f76d14c8d402";
    private const string ReceiveMessages = "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0";
    private const string SendMessages = "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39";
    private const string Models = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";
    private const string Telemetry = "3913510d-42f4-4e42-8a64-420c390055eb";
    private const string Secrets = "4633458b-17de-408a-b874-0445c86b69e6";

    /// <summary>What a client of Azure needs; types of one namespace that need nothing of their own have no role.</summary>
    private static readonly Dictionary<string, (string Role, string On)?> Needs = new(StringComparer.Ordinal)
    {
        ["Azure"] = null,
        ["Azure.Core"] = null,
        ["Azure.Identity"] = null,
        ["Azure.Messaging.ServiceBus"] = null,
        ["Azure.Messaging.ServiceBus.ServiceBusSender"] = (SendMessages, "Microsoft.ServiceBus/namespaces/queues"),
        ["Azure.Messaging.ServiceBus.ServiceBusReceiver"] = (ReceiveMessages, "Microsoft.ServiceBus/namespaces/queues"),
        ["Azure.Messaging.ServiceBus.ServiceBusSessionReceiver"] = (ReceiveMessages, "Microsoft.ServiceBus/namespaces/queues"),
        ["Azure.AI.OpenAI"] = (Models, "Microsoft.CognitiveServices/accounts"),
        ["Azure.Data.Tables"] = (Tables, "Microsoft.Storage/storageAccounts"),
        ["Azure.Data.Tables.Models"] = (Tables, "Microsoft.Storage/storageAccounts"),
        ["Azure.Storage.Blobs"] = (Blobs, "Microsoft.Storage/storageAccounts"),
        ["Azure.Storage.Blobs.Models"] = (Blobs, "Microsoft.Storage/storageAccounts"),
        ["Azure.Storage.Blobs.Specialized"] = (Blobs, "Microsoft.Storage/storageAccounts"),
        ["Azure.Monitor.OpenTelemetry.Exporter"] = (Telemetry, "Microsoft.Insights/components"),
        ["Microsoft.Azure.Functions.Worker.ServiceBusTriggerAttribute"] = (ReceiveMessages, "Microsoft.ServiceBus/namespaces/queues"),
    };

    [Fact]
    public void Every_role_that_the_code_needs_is_assigned_where_it_needs_it()
    {
        var assigned = Assigned(deployments.Full);

        Assert.All(NeededByTheCode().Concat(NeededByTheHost()), need => Assert.Contains(need, assigned));
    }

    [Fact]
    public void No_other_role_is_assigned()
    {
        (string, string)[] ofOptions = [(Secrets, "Microsoft.KeyVault/vaults"), (Tables, "Microsoft.Storage/storageAccounts")];
        var needed = NeededByTheCode().Concat(NeededByTheHost()).Concat(ofOptions).ToHashSet();

        Assert.All(Assigned(deployments.Full), each => Assert.Contains(each, needed));
    }

    [Fact]
    public void Every_role_is_a_built_in_one_for_data_and_none_is_an_owner_or_a_contributor_of_resources()
    {
        // Owner, Contributor, User Access Administrator, Role Based Access Control Administrator, and the owners of data.
        string[] tooMuch =
        [
            "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "b24988ac-6180-42a0-ab88-20f7382dd24c", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
            "f58310d9-a9f6-439a-9e8d-f62e7b41a168", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "090c5cfd-751d-490a-894a-3ce6f1109419",
            "17d1049b-9a84-46fb-8f53-869881c3d3ab", "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        ];

        Assert.All(deployments.All.SelectMany(Assigned), each => Assert.DoesNotContain(each.Role, tooMuch));
        Assert.Empty(deployments.All.SelectMany(each => each.Of("Microsoft.Authorization/roleDefinitions")));
    }

    [Fact]
    public void Every_role_is_on_one_resource_never_on_a_group_or_a_subscription() => Assert.All(
        deployments.All.SelectMany(each => each.Of("Microsoft.Authorization/roleAssignments")),
        each => Assert.Equal(3, each.Id.Split("/providers/").Length));

    [Fact]
    public void Every_role_is_that_of_the_apps_identity() => Assert.All(
        deployments.All.SelectMany(each => each.Of("Microsoft.Authorization/roleAssignments")),
        each =>
        {
            Assert.Equal("ServicePrincipal", each["principalType"]!.GetValue<string>());
            Assert.Contains("outputs.principalId", each["principalId"]!.GetValue<string>(), StringComparison.Ordinal);
        });

    private static HashSet<(string Role, string On)> Assigned(Deployment deployment) =>
    [
        .. deployment.Of("Microsoft.Authorization/roleAssignments").Select(each => (
            each["roleDefinitionId"]!.GetValue<string>().Split('/')[^1],
            TypeOf(each.Id.Split("/providers/")[^2]))),
    ];

    /// <summary>The type of a resource by what follows <c>/providers/</c> in its id: namespace, then types and names in turn.</summary>
    private static string TypeOf(string path)
    {
        var parts = path.Split('/');
        return string.Join('/', parts.Where((_, index) => index == 0 || index % 2 == 1));
    }

    private static IEnumerable<(string Role, string On)> NeededByTheCode()
    {
        var used = OptionsClasses.Assemblies.SelectMany(TypesOfAzure).Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(used);
        foreach (var type in used)
        {
            var space = type[..type.LastIndexOf('.')];
            Assert.True(Needs.ContainsKey(type) || Needs.ContainsKey(space), $"What role does {type} need?");
            if ((Needs.GetValueOrDefault(type) ?? Needs.GetValueOrDefault(space)) is { } need)
            {
                yield return need;
            }
        }
    }

    private static IEnumerable<string> TypesOfAzure(Assembly assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        return [.. module.GetTypeReferences()
            .Select(type => type.FullName)
            .Where(name => name.StartsWith("Azure.", StringComparison.Ordinal) || Needs.ContainsKey(name))];
    }

    /// <summary>Of the Functions host: its own storage, the scheduler of host.json, telemetry.</summary>
    private static IEnumerable<(string Role, string On)> NeededByTheHost()
    {
        yield return (Blobs, "Microsoft.Storage/storageAccounts");
        yield return (Telemetry, "Microsoft.Insights/components");
        var host = JsonNode.Parse(File.ReadAllText(Repository.PathOf("functions/host.json")))!;
        Assert.Equal("azureManaged", host["extensions"]!["durableTask"]!["storageProvider"]!["type"]!.GetValue<string>());
        yield return (DurableTasks, "Microsoft.DurableTask/schedulers/taskHubs");
    }
}
