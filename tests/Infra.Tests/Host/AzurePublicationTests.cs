using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentFunctions;
using AgentFunctions.Local.Worker.Discovery;
using Infra.Tests.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Mono.Cecil;

namespace Infra.Tests.Host;

/// <summary>The app compiles against the packages of Azure Functions, and their SDK finds in it what the local host finds.</summary>
public sealed partial class AzurePublicationTests(AzurePublication publication)
{
    private const string Durable = "Microsoft.Azure.WebJobs.Extensions.DurableTask";

    [Fact]
    public async Task The_app_is_published_without_an_error_or_a_warning()
    {
        var build = await publication.BuildAsync();

        Assert.True(build.ExitCode == 0, build.Text);
        // NU1603: a lower bound of a package's own references is not served, and the next version is taken.
        Assert.DoesNotContain(Diagnostic().Matches(build.Text).Select(match => match.Value), line => !line.Contains("NU1603", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_deployed_is_an_isolated_app_with_its_host_and_its_definitions_and_nothing_of_this_machine()
    {
        await publication.BuildAsync();
        string Text(string file) => File.ReadAllText(Path.Combine(publication.Folder, file));

        var worker = JsonNode.Parse(Text("worker.config.json"))!["description"]!;
        Assert.Equal(("dotnet-isolated", "AgentFunctions.dll"), (
            worker["language"]!.GetValue<string>(), Path.GetFileName(worker["defaultWorkerPath"]!.GetValue<string>())));
        Assert.Equal(File.ReadAllText(Repository.PathOf("functions/host.json")), Text("host.json"));
        Assert.Contains(
            JsonNode.Parse(Text("extensions.json"))!["extensions"]!.AsArray(),
            each => each!["typeName"]!.GetValue<string>().StartsWith(Durable, StringComparison.Ordinal));
        var definitions = Repository.PathOf("functions/definitions");
        Assert.All(
            Directory.EnumerateFiles(definitions, "*", SearchOption.AllDirectories),
            file => Assert.True(File.Exists(Path.Combine(publication.Folder, "definitions", Path.GetRelativePath(definitions, file)))));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(publication.Folder).Select(Path.GetFileName),
            file => file!.StartsWith("AgentFunctions.Local", StringComparison.Ordinal) || file == "local.settings.json");
    }

    [Fact]
    public async Task The_SDK_finds_the_functions_that_the_local_host_finds_with_the_same_triggers()
    {
        await publication.BuildAsync();
        var published = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(publication.Folder, "functions.metadata"), TestContext.Current.CancellationToken))!.AsArray();

        var local = FunctionsOfTheLocalHost().Select(Describe).Order(StringComparer.Ordinal).ToList();

        Assert.Contains(local, line => line.StartsWith("AdmitRun ", StringComparison.Ordinal));
        Assert.Equal(local, published.Select(each => Describe(each!.AsObject())).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_Durable_extension_knows_every_key_of_its_section_of_host_json()
    {
        await publication.BuildAsync();
        using var module = ModuleDefinition.ReadModule(Path.Combine(publication.Folder, ".azurefunctions", $"{Durable}.dll"));
        var section = JsonNode.Parse(await File.ReadAllTextAsync(
            Repository.PathOf("functions/host.json"), TestContext.Current.CancellationToken))!["extensions"]!["durableTask"]!.AsObject();

        Assert.Empty(Unknown(module.GetType($"{Durable}.DurableTaskOptions"), section));
    }

    private static IReadOnlyList<LocalFunction> FunctionsOfTheLocalHost()
    {
        using var folder = new TempFolder();
        var builder = FunctionApp.CreateBuilder([$"--DataDirectory={folder.Path}"]);
        // Functions of this assembly are counterexamples.
        builder.FunctionTypes = [.. OptionsClasses.Assemblies.SelectMany(assembly => assembly.GetTypes())];
        using var app = builder.Build();
        return app.Services.GetRequiredService<FunctionCatalog>().Functions;
    }

    /// <summary>A function in one line: its name, its method, and its bindings with all that their attributes say.</summary>
    private static string Describe(LocalFunction function) => Line(
        function.Name,
        function.Definition.EntryPoint,
        function.Method.GetParameters().SelectMany(parameter => parameter.GetCustomAttributesData()
            .Where(attribute => attribute.AttributeType.IsAssignableTo(typeof(BindingAttribute)))
            .Select(attribute => (Parameter: parameter.Name!, attribute)))
            .Select(each => Binding(each.Parameter, Camel(each.attribute.AttributeType.Name[..^nameof(Attribute).Length]), Arguments(each.attribute))));

    private static string Describe(JsonObject function) => Line(
        function["name"]!.GetValue<string>(),
        function["entryPoint"]!.GetValue<string>(),
        function["bindings"]!.AsArray().Where(binding => binding!["name"]!.GetValue<string>() != "$return").Select(binding => Binding(
            binding!["name"]!.GetValue<string>(),
            binding["type"]!.GetValue<string>(),
            binding.AsObject()
                .Where(each => each.Key is not ("name" or "type" or "direction" or "dataType" or "properties"))
                .ToDictionary(each => each.Key, each => Text(each.Value), StringComparer.Ordinal))));

    private static string Line(string name, string method, IEnumerable<string> bindings) =>
        $"{name} {method} {string.Join(' ', bindings.Order(StringComparer.Ordinal))}";

    private static string Binding(string name, string type, IReadOnlyDictionary<string, string> values) =>
        $"{type}({name}{string.Concat(values.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $", {each.Key}: {each.Value}"))})";

    private static Dictionary<string, string> Arguments(CustomAttributeData attribute) => attribute.Constructor.GetParameters()
        .Zip(attribute.ConstructorArguments, (parameter, argument) => (Name: parameter.Name!, Argument: argument))
        .Concat(attribute.NamedArguments.Select(argument => (Name: argument.MemberName, Argument: argument.TypedValue)))
        .ToDictionary(
            each => each.Name == nameof(ServiceBusTriggerAttribute.IsBatched) ? "cardinality" : Camel(each.Name),
            each => each.Name == nameof(ServiceBusTriggerAttribute.IsBatched) ? (true.Equals(each.Argument.Value) ? "Many" : "One") : Text(each.Argument),
            StringComparer.Ordinal);

    private static string Text(CustomAttributeTypedArgument argument) => argument.Value switch
    {
        IReadOnlyList<CustomAttributeTypedArgument> list => string.Join('|', list.Select(Text)),
        bool flag => flag ? "true" : "false",
        var value when argument.ArgumentType.IsEnum => Enum.GetName(argument.ArgumentType, value!)!,
        var value => $"{value}",
    };

    private static string Text(JsonNode? value) => value switch
    {
        JsonArray list => string.Join('|', list.Select(Text)),
        _ => $"{value}",
    };

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary>Keys that are no property of the options; a property without a type of its own here holds whatever its provider reads.</summary>
    private static IEnumerable<string> Unknown(TypeDefinition options, JsonObject section) => section.SelectMany(each =>
    {
        var property = options.Properties.SingleOrDefault(property => property.Name.Equals(each.Key, StringComparison.OrdinalIgnoreCase));
        return property is null ? [each.Key]
            : each.Value is JsonObject inner && options.Module.GetType(property.PropertyType.FullName) is { } type ? Unknown(type, inner).Select(key => $"{each.Key}.{key}")
            : [];
    });

    [GeneratedRegex(@"(?m)^.*\b(warning|error) [A-Z]+\d+.*$")]
    private static partial Regex Diagnostic();
}
