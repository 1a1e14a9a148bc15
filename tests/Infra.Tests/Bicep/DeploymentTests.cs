using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentFunctions.Queue;
using AgentFunctions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Infra.Tests.Bicep;

/// <summary>What a deployment makes.</summary>
public sealed partial class DeploymentTests(Deployments deployments)
{
    private static readonly string[] Taggable =
    [
        "Microsoft.Resources/resourceGroups", "Microsoft.ManagedIdentity/userAssignedIdentities", "Microsoft.OperationalInsights/workspaces",
        "Microsoft.Insights/components", "Microsoft.Insights/workbooks", "Microsoft.Insights/scheduledQueryRules", "Microsoft.Insights/metricAlerts",
        "Microsoft.Insights/actionGroups", "Microsoft.Storage/storageAccounts", "Microsoft.ServiceBus/namespaces", "Microsoft.DurableTask/schedulers",
        "Microsoft.CognitiveServices/accounts", "Microsoft.KeyVault/vaults", "Microsoft.Web/serverfarms", "Microsoft.Web/sites",
        "Microsoft.Network/virtualNetworks", "Microsoft.Network/privateEndpoints", "Microsoft.Network/privateDnsZones",
    ];

    [Fact]
    public void The_compiler_evaluates_every_deployment() => Assert.All(deployments.All, each => Assert.Empty(each.Diagnostics));

    [Fact]
    public void Every_resource_carries_the_name_of_its_environment() => Assert.All(
        deployments.All.SelectMany(each => each.Resources).Where(each => Taggable.Contains(each.Type)),
        each => Assert.Equal("test", each.Json["tags"]?["azd-env-name"]?.GetValue<string>()));

    [Fact]
    public void The_function_app_is_the_service_of_azure_yaml() =>
        Assert.Equal("api", deployments.Default.One("Microsoft.Web/sites").Json["tags"]!["azd-service-name"]!.GetValue<string>());

    [Fact]
    public void Names_are_those_that_Azure_takes() => Assert.All(deployments.All.SelectMany(each => each.Resources), each =>
    {
        var rule = each.Type switch
        {
            "Microsoft.Storage/storageAccounts" => "^[a-z0-9]{3,24}$",
            "Microsoft.KeyVault/vaults" => "^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$",
            "Microsoft.ServiceBus/namespaces" => "^[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]$",
            "Microsoft.Web/sites" => "^[a-zA-Z0-9][a-zA-Z0-9-]{0,58}[a-zA-Z0-9]$",
            "Microsoft.DurableTask/schedulers" => "^[a-zA-Z0-9-]{3,64}$",
            "Microsoft.DurableTask/schedulers/taskHubs" => "^[^/]+/[a-zA-Z0-9-]{3,64}$",
            "Microsoft.Storage/storageAccounts/tableServices/tables" => "^[^/]+/default/[A-Za-z][A-Za-z0-9]{2,62}$",
            "Microsoft.Storage/storageAccounts/blobServices/containers" => "^[^/]+/default/[a-z0-9](-?[a-z0-9]){2,62}$",
            "Microsoft.CognitiveServices/accounts" => "^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}[a-zA-Z0-9]$",
            _ => "^.{1,260}$",
        };
        Assert.Matches(rule, each.Name);
    });

    [Fact]
    public void The_tables_are_those_of_the_stores()
    {
        var stores = typeof(RunRecord).Assembly.GetType("AgentFunctions.Storage.Tables.StoreTable", throwOnError: true)!;
        var prefix = deployments.Default.AppSettings["Storage__TablePrefix"];

        Assert.Equal(
            Enum.GetNames(stores).Select(table => prefix + table).Order(StringComparer.Ordinal),
            deployments.Default.Of("Microsoft.Storage/storageAccounts/tableServices/tables").Select(each => each.Name.Split('/')[^1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_app_is_an_isolated_NET_10_app_on_Flex_Consumption()
    {
        var app = deployments.Default.One("Microsoft.Web/sites");

        Assert.Equal("functionapp,linux", app.Json["kind"]!.GetValue<string>());
        Assert.Equal("FC1", deployments.Default.One("Microsoft.Web/serverfarms").Json["sku"]!["name"]!.GetValue<string>());
        Assert.Equal("dotnet-isolated", app["functionAppConfig.runtime.name"]!.GetValue<string>());
        Assert.Equal("10.0", app["functionAppConfig.runtime.version"]!.GetValue<string>());
        Assert.Equal("UserAssignedIdentity", app["functionAppConfig.deployment.storage.authentication.type"]!.GetValue<string>());
        Assert.Equal("UserAssigned", app.Json["identity"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public void The_app_is_reached_over_TLS_only_from_no_foreign_page_and_deployed_without_a_password()
    {
        var app = deployments.Default.One("Microsoft.Web/sites");

        Assert.True(app["httpsOnly"]!.GetValue<bool>());
        Assert.Equal("1.2", app["siteConfig.minTlsVersion"]!.GetValue<string>());
        Assert.Equal("Disabled", app["siteConfig.ftpsState"]!.GetValue<string>());
        Assert.Empty(app["siteConfig.cors.allowedOrigins"]!.AsArray());
        var passwords = deployments.Default.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToList();
        Assert.Equal(2, passwords.Count);
        Assert.All(passwords, each => Assert.False(each["allow"]!.GetValue<bool>()));
    }

    [Fact]
    public void Nothing_opens_with_a_key() => Assert.All(deployments.All.SelectMany(each => each.Resources), each =>
    {
        (string Path, bool Value)? rule = each.Type switch
        {
            "Microsoft.Storage/storageAccounts" => ("allowSharedKeyAccess", false),
            "Microsoft.ServiceBus/namespaces" => ("disableLocalAuth", true),
            "Microsoft.CognitiveServices/accounts" => ("disableLocalAuth", true),
            "Microsoft.Insights/components" => ("DisableLocalAuth", true),
            "Microsoft.OperationalInsights/workspaces" => ("features.disableLocalAuth", true),
            "Microsoft.KeyVault/vaults" => ("enableRbacAuthorization", true),
            _ => null,
        };
        if (rule is var (path, value))
        {
            Assert.Equal(value, each[path]?.GetValue<bool>());
        }
    });

    [Fact]
    public void Blobs_are_nobody_elses() => Assert.All(deployments.All, each =>
    {
        Assert.False(each.One("Microsoft.Storage/storageAccounts")["allowBlobPublicAccess"]!.GetValue<bool>());
        Assert.All(
            each.Of("Microsoft.Storage/storageAccounts/blobServices/containers"),
            container => Assert.Equal("None", container["publicAccess"]!.GetValue<string>()));
    });

    [Fact]
    public void The_queue_is_the_one_that_the_app_listens_to()
    {
        var trigger = typeof(AdmitRun).GetMethods()
            .SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<ServiceBusTriggerAttribute>())
            .OfType<ServiceBusTriggerAttribute>()
            .Single();

        var queue = deployments.Default.One("Microsoft.ServiceBus/namespaces/queues");

        Assert.EndsWith($"/{RunMessage.Queue}", queue.Name, StringComparison.Ordinal);
        Assert.Equal(RunMessage.Queue, trigger.QueueName);
        Assert.Equal(trigger.IsSessionsEnabled, queue["requiresSession"]!.GetValue<bool>());
        Assert.True(queue["requiresDuplicateDetection"]!.GetValue<bool>());
        Assert.True(queue["deadLetteringOnMessageExpiration"]!.GetValue<bool>());
        Assert.InRange(queue["maxDeliveryCount"]!.GetValue<int>(), 2, 100);
    }

    [Fact]
    public void The_task_hub_is_that_of_host_json()
    {
        var host = JsonNode.Parse(File.ReadAllText(Repository.PathOf("functions/host.json")))!;

        var hub = deployments.Default.One("Microsoft.DurableTask/schedulers/taskHubs");

        Assert.EndsWith($"/{host["extensions"]!["durableTask"]!["hubName"]}", hub.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_are_simulated_new_or_somebody_elses()
    {
        Assert.Empty(deployments.Default.Of("Microsoft.CognitiveServices/accounts"));
        Assert.Equal("", deployments.Default.AppSettings["AZURE_OPENAI_ENDPOINT"]);

        Assert.Single(deployments.Full.Of("Microsoft.CognitiveServices/accounts"));
        Assert.Contains("outputs.endpoint", deployments.Full.AppSettings["AZURE_OPENAI_ENDPOINT"], StringComparison.Ordinal);

        Assert.Empty(deployments.SharedModels.Of("Microsoft.CognitiveServices/accounts"));
        Assert.Contains("outputs.endpoint", deployments.SharedModels.AppSettings["AZURE_OPENAI_ENDPOINT"], StringComparison.Ordinal);
        Assert.Contains(
            deployments.SharedModels.Of("Microsoft.Authorization/roleAssignments"),
            each => each.Id.Contains("/resourceGroups/models/", StringComparison.Ordinal) && each.Id.Contains("/shared-models/", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_deployed_model_is_one_that_agents_can_name()
    {
        var table = File.ReadAllText(Repository.PathOf("functions/definitions/models.yaml"));
        var named = ModelName().Matches(table).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.All(
            deployments.Full.Of("Microsoft.CognitiveServices/accounts/deployments"),
            each => Assert.Contains(each.Name.Split('/')[^1], named));
    }

    [Fact]
    public void In_isolation_nothing_but_the_app_is_reached_from_outside()
    {
        string[] reachable = ["Microsoft.Web/sites"];
        var closed = deployments.Full.Resources.Where(each => each.Properties.ContainsKey("publicNetworkAccess")).ToList();

        Assert.Equal(5, closed.Count);
        Assert.All(closed, each => Assert.Equal("Disabled", each["publicNetworkAccess"]!.GetValue<string>()));
        Assert.NotNull(deployments.Full.One("Microsoft.Web/sites")["virtualNetworkSubnetId"]);
        Assert.DoesNotContain(closed, each => reachable.Contains(each.Type));
        var endpoints = deployments.Full.Of("Microsoft.Network/privateEndpoints").ToList();
        Assert.All(closed, each => Assert.Contains(endpoints, endpoint => endpoint.Properties.ToJsonString().Contains(each.Id, StringComparison.OrdinalIgnoreCase)));
        Assert.Equal("Premium", deployments.Full.One("Microsoft.ServiceBus/namespaces").Json["sku"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public void Outside_isolation_there_is_no_network() =>
        Assert.DoesNotContain(deployments.Default.Resources, each => each.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal));

    [Fact]
    public void A_vault_is_made_only_for_what_is_in_it()
    {
        Assert.Empty(deployments.Default.Of("Microsoft.KeyVault/vaults"));
        var vault = deployments.Full.One("Microsoft.KeyVault/vaults");
        Assert.True(vault["enablePurgeProtection"]!.GetValue<bool>());
        Assert.Contains("@Microsoft.KeyVault(SecretUri=", deployments.Full.AppSettings["Audit__SigningKey"], StringComparison.Ordinal);
    }

    [Fact]
    public void Easy_Auth_is_on_where_callers_have_an_app_registration()
    {
        var settings = deployments.Full.Of("Microsoft.Web/sites/config").Single(each => each.Name.EndsWith("/authsettingsV2", StringComparison.Ordinal));

        // A call without a token comes through, as machines have keys of their tenants; the app refuses what needs a person.
        Assert.True(settings["platform.enabled"]!.GetValue<bool>());
        Assert.Equal((false, "AllowAnonymous"), (
            settings["globalValidation.requireAuthentication"]!.GetValue<bool>(), settings["globalValidation.unauthenticatedClientAction"]!.GetValue<string>()));
        Assert.True(settings["httpSettings.requireHttps"]!.GetValue<bool>());
        Assert.False(settings["login.tokenStore.enabled"]!.GetValue<bool>());
        Assert.Equal("azureActiveDirectory", Assert.Single(settings["identityProviders"]!.AsObject()).Key);
        var entra = settings["identityProviders.azureActiveDirectory"]!;
        Assert.Contains("tenant().tenantId", entra["registration"]!["openIdIssuer"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(entra["registration"]!["clientSecretSettingName"]);
        Assert.Equal(2, entra["validation"]!["allowedAudiences"]!.AsArray().Count);
        Assert.Equal("easyAuth", deployments.Full.AppSettings["Principals__Source"]);
        Assert.DoesNotContain(deployments.Default.Of("Microsoft.Web/sites/config"), each => each.Name.EndsWith("/authsettingsV2", StringComparison.Ordinal));
    }

    [Fact]
    public void Further_settings_win()
    {
        Assert.Equal("300", deployments.Full.AppSettings["Models__TimeoutSeconds"]);
        Assert.Equal("20", deployments.Full.AppSettings["Tools__Timeouts__read_document"]);
        Assert.Equal("https://collector.example.com", deployments.Full.AppSettings["OTEL_EXPORTER_OTLP_ENDPOINT"]);
    }

    [Fact]
    public void Operators_are_told_of_budgets_dead_letters_failed_runs_and_waiting_runs()
    {
        var queries = deployments.Full.Of("Microsoft.Insights/scheduledQueryRules").ToList();
        var metric = deployments.Full.One("Microsoft.Insights/metricAlerts");

        Assert.Equal(["budget-alerts", "failed-runs", "queue-age"], queries.Select(each => each.Name).Order(StringComparer.Ordinal));
        Assert.All(queries, each => Assert.NotEmpty(each["actions.actionGroups"]!.AsArray()));
        Assert.Equal("DeadletteredMessages", metric["criteria"]!["allOf"]![0]!["metricName"]!.GetValue<string>());
        Assert.Equal("runs", metric["criteria"]!["allOf"]![0]!["dimensions"]![0]!["values"]![0]!.GetValue<string>());
        Assert.NotEmpty(metric["actions"]!.AsArray());
        Assert.Empty(deployments.Default.Of("Microsoft.Insights/actionGroups"));
    }

    [Fact]
    public void The_workbook_shows_runs_cost_budget_pauses_queue_age_and_failures()
    {
        var content = JsonNode.Parse(deployments.Default.One("Microsoft.Insights/workbooks")["serializedData"]!.GetValue<string>())!;
        var titles = content["items"]!.AsArray().Select(each => each!["content"]?["title"]?.GetValue<string>()).OfType<string>().ToList();

        Assert.All(["Runs", "Cost", "Budget", "queue", "Failures"], word => Assert.Contains(titles, title => title.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void No_secret_goes_in_or_out()
    {
        var template = deployments.Template;
        var parameters = AllOf(template, "parameters").SelectMany(each => each).ToList();
        var outputs = AllOf(template, "outputs").SelectMany(each => each).ToList();
        string[] listing = ["listKeys", "listSecrets", "listCredentials", "listAccountSas", "getSecret"];

        Assert.All(parameters.Concat(outputs).Select(each => (each.Value as JsonObject)?["type"]?.GetValue<string>()).OfType<string>(), type =>
            Assert.DoesNotContain("secure", type, StringComparison.OrdinalIgnoreCase));
        Assert.All(listing, name => Assert.DoesNotContain(name, template.ToJsonString(), StringComparison.OrdinalIgnoreCase));
        Assert.All(deployments.All.SelectMany(each => each.AppSettings), each =>
        {
            Assert.DoesNotContain("AccountKey=", each.Value, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("SharedAccessKey", each.Value, StringComparison.OrdinalIgnoreCase);
        });
    }

    private static IEnumerable<JsonObject> AllOf(JsonNode? node, string name) => node switch
    {
        JsonObject json => json.SelectMany(each => each.Key == name && each.Value is JsonObject found ? AllOf(found, name).Prepend(found) : AllOf(each.Value, name)),
        JsonArray list => list.SelectMany(each => AllOf(each, name)),
        _ => [],
    };

    [GeneratedRegex(@"^\s*- name:\s*(\S+)", RegexOptions.Multiline)]
    private static partial Regex ModelName();
}
