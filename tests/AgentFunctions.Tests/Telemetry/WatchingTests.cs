using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Telemetry;
using AgentFunctions.Tests.Runs;
using Microsoft.Extensions.Hosting;

namespace AgentFunctions.Tests.Telemetry;

/// <summary>The queries of the workbook and of the alerts (infra/bicep), held to what arrives in Application Insights.</summary>
public sealed partial class WatchingTests
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["customEvents"] = "EventData",
        ["customMetrics"] = "MetricData",
        ["dependencies"] = "RemoteDependencyData",
        ["exceptions"] = "ExceptionData",
    };

    [Fact]
    public async Task Every_query_finds_something_with_the_dimensions_that_it_names()
    {
        await using var collector = await Collector.StartAsync();
        var pack = new TestPack()
            .React("clerk", "tools: [look_up]\nlimits: {maxOutputTokens: 100}\nbudget: {usd: 0.02, alertAt: 0.01}", "  - text: 'done'")
            .Planner("boss", "tools: [look_up]\nlimits: {maxReplans: 0}", """{"steps": [{"id": "bad", "kind": "tool", "tool": "look_up", "args": {"text": "broken"}}]}""");
        await using (var app = await RuntimeApp.StartAsync(pack, folder: null, collector.Settings))
        {
            app.Tools.Answers(_ => throw new ToolFailureException(ToolFailureKind.NotFound, "Not there."));
            Assert.Equal("completed", (string)(await app.EndAsync(await app.RunAsync(new { agent = "clerk", goal = "x" })))["status"]!);
            Assert.Equal("failed", (string)(await app.EndAsync(await app.RunAsync(new { agent = "boss", goal = "x" })))["status"]!);
            await app.Service<IWaitingList>().AddAsync(
                [new WaitingRun("waits", "acme", null, "clerk", [], RunPriority.Normal, DateTimeOffset.UtcNow, "waits")], RuntimeApp.Ended);
            await app.Service<IEnumerable<IHostedService>>().OfType<RunGauges>().Single().ReadAsync(RuntimeApp.Ended);
        }

        var seen = collector.Items.Select(item => item["data"]!.AsObject()).ToList();

        var queries = Queries();
        Assert.True(queries.Count >= 10, "The queries were not found.");
        Assert.All(queries, query => Assert.True(
            query.StartsWith("exceptions\n", StringComparison.Ordinal) || seen.Any(data => Answers(data, query)), $"Nothing that is sent answers:\n{query}"));
    }

    private static bool Answers(JsonObject data, string query)
    {
        if ((string)data["baseType"]! != Kinds[query.Split('\n')[0]])
        {
            return false;
        }

        var item = data["baseData"]!;
        var name = (string?)(item["metrics"] is JsonArray { Count: > 0 } metrics ? metrics[0]!["name"] : item["name"]) ?? "";
        var properties = item["properties"]?.AsObject() ?? [];
        return NameIsAsked(name, query)
            && (!query.Contains("success == false", StringComparison.Ordinal) || (bool?)item["success"] == false)
            && Dimension().Matches(query).All(match => properties.ContainsKey(match.Groups["name"].Value));
    }

    private static bool NameIsAsked(string name, string query)
    {
        var filter = NameFilter().Match(query);
        var names = Quoted().Matches(filter.Value).Select(match => match.Groups["text"].Value);
        return !filter.Success || names.Any(each => filter.Value.Contains("startswith", StringComparison.Ordinal) ? name.StartsWith(each, StringComparison.Ordinal) : name == each);
    }

    private static List<string> Queries()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AgentFunctions.sln")))
        {
            folder = folder.Parent!;
        }

        JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder.FullName, "infra", "bicep", file)))!;
        return
        [
            .. Read("workbook.json")["items"]!.AsArray().Select(each => (string?)each!["content"]!["query"]).OfType<string>(),
            .. Read("alerts.json").AsArray().Select(each => string.Join('\n', each!["query"]!.AsArray().Select(line => (string)line!))),
        ];
    }

    [GeneratedRegex(@"\bname (==|startswith) '[^']*'|\bname in \([^)]*\)")]
    private static partial Regex NameFilter();

    [GeneratedRegex("'(?<text>[^']*)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"customDimensions\['(?<name>[^']+)'\]")]
    private static partial Regex Dimension();
}
