using AgentFunctions.Benchmarks.Output;
using Spectre.Console;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>The comparison as tables and as JSON.</summary>
internal static class PeersReport
{
    public static void Print(Comparison comparison, bool withJson)
    {
        Console.WriteLine($"fdatasync in the same folder: {Format.Number(comparison.SyncsPerSecond)} a second");
        foreach (var (name, settings) in comparison.Settings)
        {
            Console.WriteLine($"{name}: {string.Join(", ", settings.Select(each => $"{each.Key} {each.Value}"))}");
        }

        foreach (var (name, reason) in comparison.Missing)
        {
            Console.WriteLine($"{name}: no figures, {reason}");
        }

        AnsiConsole.Write(Figures(comparison));
        AnsiConsole.Write(Ratios(comparison));
        if (withJson)
        {
            Format.PrintJson(new
            {
                at = DateTimeOffset.UtcNow,
                machine = Format.Machine,
                syncsPerSecond = comparison.SyncsPerSecond,
                contenders = comparison.Settings,
                missing = comparison.Missing,
                figures = comparison.Figures,
                ratios = comparison.Ratios,
            });
        }
    }

    private static Table Figures(Comparison comparison)
    {
        string[] contenders = [Contenders.Ours, .. Contenders.Peers];
        var table = new Table().AddColumns(["workload", "metric", .. contenders]);
        foreach (var column in table.Columns.Skip(2))
        {
            column.RightAligned();
        }

        foreach (var figure in comparison.Figures)
        {
            table.AddRow(
            [
                figure.Workload,
                Markup.Escape(figure.Metric),
                .. contenders.Select(name => Value(figure.Values[name], figure.Unit)),
            ]);
        }

        return table;
    }

    private static Table Ratios(Comparison comparison)
    {
        var table = new Table().AddColumns("workload", "peer", "ratio", "value", "target", "met");
        table.Columns[3].RightAligned();
        foreach (var ratio in comparison.Ratios)
        {
            table.AddRow(
                ratio.Workload,
                Markup.Escape(ratio.Peer),
                Markup.Escape(ratio.Direction),
                Value(ratio.Value, string.Empty),
                ratio.Target ?? string.Empty,
                Format.Met(ratio.IsMet));
        }

        return table;
    }

    private static string Value(double? value, string unit) => value is { } figure ? $"{Format.Number(figure)} {unit}".TrimEnd() : "-";
}
