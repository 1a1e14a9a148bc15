using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>The figures as a table and as JSON.</summary>
internal static class EngineReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static void Print(IReadOnlyList<Measurement> figures, bool withJson)
    {
        var table = new Table().AddColumns("workload", "metric", "value", "target", "met");
        table.Columns[2].RightAligned();
        foreach (var each in figures)
        {
            table.AddRow(
                Markup.Escape(each.Workload),
                Markup.Escape(each.Metric),
                Markup.Escape($"{Number(each.Value)} {each.Unit}".TrimEnd()),
                Markup.Escape(each.Target ?? string.Empty),
                each.IsMet switch { true => "[green]yes[/]", false => "[red]no[/]", null => string.Empty });
        }

        AnsiConsole.Write(table);
        if (withJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { at = DateTimeOffset.UtcNow, machine = Machine(), figures }, Json));
        }
    }

    private static string Number(double value) => Math.Abs(value) >= 100 ? $"{value:N0}" : $"{value:0.##}";

    private static string Machine() => $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}";
}
