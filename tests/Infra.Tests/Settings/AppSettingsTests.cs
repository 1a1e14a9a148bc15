using System.Reflection;
using System.Text.Json.Nodes;
using Infra.Tests.Bicep;
using Microsoft.Extensions.Configuration;
using Mono.Cecil;

namespace Infra.Tests.Settings;

/// <summary>The settings that the code reads, that the template sets and that the sample shows are the same.</summary>
public sealed class AppSettingsTests(Deployments deployments)
{
    /// <summary>Names that the platform sets itself and lets nobody else set.</summary>
    private static readonly string[] OfThePlatform = ["WEBSITE_", "CONTAINER_APP_"];

    [Fact]
    public void The_options_classes_are_found()
    {
        Assert.Contains(OptionsClasses.Readers, each => each.DeclaringType!.Name == "BudgetSettings");
        Assert.InRange(OptionsClasses.ReadSettings().Count, 40, 1_000);
    }

    [Fact]
    public void Only_options_classes_read_settings() => Assert.Empty(OptionsClasses.Assemblies.SelectMany(ReadersElsewhere));

    [Fact]
    public void Every_setting_that_the_code_reads_is_set()
    {
        var set = deployments.Default.AppSettings.Keys.Select(WithColons).ToHashSet(StringComparer.Ordinal);

        Assert.All(OptionsClasses.ReadSettings().Where(IsForTheTemplate), name => Assert.True(
            set.Contains(name) || IsConnection(name, set) || VaultEntries().Contains(name),
            $"infra/bicep/modules/app-settings.bicep does not set {name.Replace(":", "__", StringComparison.Ordinal)}."));
    }

    [Fact]
    public void What_is_secret_comes_from_the_vault_or_is_replaced_by_the_identity()
    {
        Assert.All(VaultEntries(), name => Assert.DoesNotContain(name, deployments.Default.AppSettings.Keys.Select(WithColons)));
        Assert.All(deployments.All.SelectMany(each => each.AppSettings).Where(each => IsSecret(WithColons(each.Key))), each =>
            Assert.StartsWith("[format('@Microsoft.KeyVault(SecretUri={0}secrets/", each.Value, StringComparison.Ordinal));
        Assert.All(OptionsClasses.ReadSettings().Where(IsForTheTemplate).Where(IsSecret), name => Assert.Contains(name, VaultEntries()));
    }

    [Fact]
    public void The_settings_that_host_json_names_are_set()
    {
        var host = JsonNode.Parse(File.ReadAllText(Repository.PathOf("functions/host.json")))!;

        Assert.Contains(
            host["extensions"]!["durableTask"]!["storageProvider"]!["connectionStringName"]!.GetValue<string>(),
            deployments.Default.AppSettings.Keys);
    }

    [Fact]
    public void The_sample_and_the_template_carry_the_same_names()
    {
        var chosenByUsers = OptionsClasses.ReadSettings().Where(name => name.Contains('*', StringComparison.Ordinal)).ToList();
        var sample = SettingsSample.Load().NamesInAzure
            .Where(name => !IsConnection(name, deployments.Full.AppSettings.Keys.Select(WithColons).ToHashSet(StringComparer.Ordinal)))
            .Where(name => !chosenByUsers.Exists(pattern => Matches(pattern, name)));
        var template = deployments.Full.AppSettings.Keys.Select(WithColons)
            .Concat(VaultEntries())
            .Where(name => !chosenByUsers.Exists(pattern => Matches(pattern, name)));

        Assert.Equal(sample.Distinct().Order(StringComparer.Ordinal), template.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_sample_shows_only_what_the_code_or_its_host_reads()
    {
        string[] ofTheHost =
        [
            "FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage:", "ServiceBus:", "DURABLE_TASK_SCHEDULER_CONNECTION_STRING", "AZURE_CLIENT_ID",
            "APPLICATIONINSIGHTS_", "OTEL_", "Logging:", "urls", "FunctionKeys:", "LocalServiceBus:",
        ];
        var read = OptionsClasses.ReadSettings();
        var sample = SettingsSample.Load();

        Assert.All(sample.Set.Keys.Concat(sample.Examples.Keys), name => Assert.True(
            read.Any(each => Matches(each, name)) || ofTheHost.Any(each => name.StartsWith(each, StringComparison.Ordinal)),
            $"Nothing reads {name}."));
    }

    [Fact]
    public void The_sample_and_the_template_set_the_same_values_and_these_are_the_defaults_of_the_code()
    {
        string[] byPlace = ["DataDirectory", "Storage:credential"];
        var sample = SettingsSample.Load();
        var template = deployments.Default.AppSettings.ToDictionary(each => WithColons(each.Key), each => each.Value, StringComparer.Ordinal);
        var literals = template
            .Where(each => !each.Value.StartsWith('[') && !byPlace.Contains(each.Key))
            .ToDictionary(each => each.Key, each => (string?)each.Value, StringComparer.Ordinal);
        var unset = new ConfigurationBuilder().Build();
        var deployed = new ConfigurationBuilder().AddInMemoryCollection(literals).Build();

        Assert.All(sample.Set.Where(each => literals.ContainsKey(each.Key)), each => Assert.Equal(each.Value, literals[each.Key]));
        Assert.All(OptionsClasses.Readers, reader => Assert.Equal(
            OptionsClasses.Read(reader, unset)?.ToString(), OptionsClasses.Read(reader, deployed)?.ToString()));
    }

    private static bool IsForTheTemplate(string name) =>
        !name.Contains('*', StringComparison.Ordinal) && !OfThePlatform.Any(each => name.StartsWith(each, StringComparison.Ordinal));

    /// <summary>Whether a name is that of a connection which is made with the identity instead of a connection string.</summary>
    private static bool IsConnection(string name, HashSet<string> set) => set.Contains($"{name}:fullyQualifiedNamespace") || set.Contains($"{name}:blobServiceUri");

    private static bool IsSecret(string name) =>
        name.EndsWith("Key", StringComparison.Ordinal) || name.EndsWith("_KEY", StringComparison.Ordinal)
        || name.EndsWith("Secret", StringComparison.Ordinal) || name.EndsWith("Password", StringComparison.Ordinal);

    private static bool Matches(string pattern, string name)
    {
        var (expected, actual) = (pattern.Split(':'), name.Split(':'));
        return expected.Length == actual.Length && expected.Zip(actual).All(each => each.First == "*" || each.First == each.Second);
    }

    private static string WithColons(string name) => name.Replace("__", ":", StringComparison.Ordinal);

    /// <summary>The names that the template knows to be kept in the vault.</summary>
    private HashSet<string> VaultEntries() =>
    [
        .. deployments.Template["definitions"]!.AsObject()
            .Single(each => each.Key.EndsWith("vaultEntries", StringComparison.Ordinal)).Value!["properties"]!.AsObject()
            .Select(each => WithColons(each.Key)),
    ];

    /// <summary>
    /// Methods that read the configuration or the environment outside the options classes. Helpers that are given a section may read it;
    /// whoever calls or makes one reads.
    /// </summary>
    private static IEnumerable<string> ReadersElsewhere(Assembly assembly)
    {
        var allowed = OptionsClasses.Types.Select(type => type.FullName!).ToHashSet(StringComparer.Ordinal);
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        var others = module.GetTypes().Where(type => !allowed.Contains(Outermost(type).FullName)).SelectMany(type => type.Methods).ToList();
        var helpers = others.Where(method => IsHelper(method) || IsOfASection(method.DeclaringType)).Select(method => method.FullName).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. others
                .Where(method => method.HasBody && !helpers.Contains(method.FullName))
                .Where(method => method.Body.Instructions.Any(each => each.Operand is MethodReference called && (Reads(called) || helpers.Contains(called.FullName))))
                .Select(method => method.FullName),
        ];
    }

    private static bool IsHelper(MethodDefinition method) => method.IsStatic
        && method.Parameters.Any(each => each.ParameterType.Name is nameof(IConfiguration) or nameof(IConfigurationSection))
        && method.Parameters.All(each => each.ParameterType.Name != "IServiceCollection");

    private static bool IsOfASection(TypeDefinition type) => type.Methods
        .Any(method => method.IsConstructor && method.Parameters.Any(each => each.ParameterType.Name == nameof(IConfigurationSection)));

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    private static bool Reads(MethodReference called) =>
        called.DeclaringType.Namespace == "Microsoft.Extensions.Configuration"
        || called.DeclaringType.Name == "OptionsConfigurationServiceCollectionExtensions"
        || (called.DeclaringType.FullName == "System.Environment" && called.Name.StartsWith("GetEnvironmentVariable", StringComparison.Ordinal));
}
