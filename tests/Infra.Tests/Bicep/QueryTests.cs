using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentFunctions.Telemetry;
using Microsoft.Extensions.AI;
using Mono.Cecil;

namespace Infra.Tests.Bicep;

/// <summary>The queries of the workbook and of the alerts ask for what the app emits.</summary>
public sealed partial class QueryTests(Deployments deployments)
{
    private static readonly string[] Tables = ["customEvents", "customMetrics", "dependencies", "exceptions"];

    private static readonly IReadOnlySet<string> Literals =
        new HashSet<string>(LiteralsOf(typeof(TelemetryNames).Assembly).Concat(LiteralsOf(typeof(ChatClientBuilder).Assembly)), StringComparer.Ordinal);

    [Fact]
    public void Every_query_asks_a_table_that_the_exporter_fills() => Assert.All(
        Queries(), query => Assert.Contains(TableOf(query), Tables));

    [Fact]
    public void Every_event_is_one_that_is_emitted_as_a_custom_event() => Assert.All(
        Named("customEvents"),
        name => Assert.True(RunEventSpans.IsWatched(name) && Literals.Contains(name), $"No custom event is named {name}."));

    [Fact]
    public void Every_metric_is_an_instrument_of_the_app_or_of_its_model_clients()
    {
        var instruments = Instruments();

        Assert.All(Named("customMetrics"), name => Assert.Contains(name, instruments));
    }

    [Fact]
    public void Every_span_is_one_of_a_run() => Assert.All(Named("dependencies"), name => Assert.Contains(name, Literals));

    [Fact]
    public void Every_dimension_is_a_tag_that_the_app_or_its_model_clients_set() => Assert.All(
        Queries().SelectMany(query => Dimension().Matches(query)).Select(match => match.Groups["name"].Value).Distinct(),
        name =>
        {
            Assert.Matches(@"^(agentfunctions|gen_ai|error)\.", name);
            Assert.Contains(name, Literals);
        });

    private static IEnumerable<string> LiteralsOf(Assembly assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        return
        [
            .. module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)
                .SelectMany(method => method.Body.Instructions).Select(instruction => instruction.Operand).OfType<string>(),
            .. module.GetTypes().SelectMany(type => type.Fields).Select(field => field.Constant).OfType<string>(),
        ];
    }

    private static HashSet<string> Instruments()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == TelemetryNames.Source)
            {
                lock (names)
                {
                    names.Add(instrument.Name);
                }
            }
        };
        listener.Start();
        RuntimeHelpers.RunClassConstructor(typeof(RunMetrics).TypeHandle);
        return
        [
            .. names,
            .. typeof(RunGauges).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!),
            .. Literals.Where(literal => literal.StartsWith("gen_ai.client.", StringComparison.Ordinal)),
        ];
    }

    private static string TableOf(string query) => query.Split('\n')[0];

    private List<string> Named(string table)
    {
        var names = Queries().Where(query => TableOf(query) == table)
            .SelectMany(query => NameFilter().Matches(query))
            .SelectMany(match => Quoted().Matches(match.Value))
            .Select(match => match.Groups["text"].Value)
            .Distinct()
            .ToList();
        Assert.NotEmpty(names);
        return names;
    }

    private List<string> Queries()
    {
        var workbook = JsonNode.Parse(deployments.Default.One("Microsoft.Insights/workbooks")["serializedData"]!.GetValue<string>())!;
        List<string> queries =
        [
            .. workbook["items"]!.AsArray().Select(each => each!["content"]?["query"]?.GetValue<string>()).OfType<string>(),
            .. deployments.Default.Of("Microsoft.Insights/scheduledQueryRules").Select(each => each["criteria"]!["allOf"]![0]!["query"]!.GetValue<string>()),
        ];
        Assert.True(queries.Count >= 10, "The queries were not found.");
        return queries;
    }

    [GeneratedRegex(@"\bname (==|startswith) '[^']*'|\bname in \([^)]*\)")]
    private static partial Regex NameFilter();

    [GeneratedRegex("(?<!\\[)'(?<text>[^']*)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"customDimensions\['(?<name>[^']+)'\]")]
    private static partial Regex Dimension();
}
