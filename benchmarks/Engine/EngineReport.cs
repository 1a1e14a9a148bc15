using AgentFunctions.Benchmarks.Output;
using Spectre.Console;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>The figures as a table and as JSON.</summary>
internal static class EngineReport
{
    public static void Print(IReadOnlyList<Measurement> figures, bool withJson)
    {
        var table = new Table().AddColumns("workload", "metric", "value", "target", "met");
        table.Columns[2].RightAligned();
        foreach (var each in figures)
        {
            table.AddRow(
                Markup.Escape(each.Workload),
                Markup.Escape(each.Metric),
                Markup.Escape($"{Format.Number(each.Value)} {each.Unit}".TrimEnd()),
                Markup.Escape(each.Target ?? string.Empty),
                Format.Met(each.IsMet));
        }

        AnsiConsole.Write(table);
        if (withJson)
        {
            Format.PrintJson(new { at = DateTimeOffset.UtcNow, machine = Format.Machine, figures });
        }
    }
}
