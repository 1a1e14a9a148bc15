using System.Globalization;
using Spectre.Console;

namespace LogisticsStorm.Driver.Totals;

/// <summary>Shows the totals.</summary>
internal static class TotalsView
{
    /// <summary>Prints them.</summary>
    /// <param name="screen">The screen.</param>
    /// <param name="totals">The totals.</param>
    /// <param name="json">Whether the last line of stdout is to be one JSON object.</param>
    public static void Print(IAnsiConsole screen, StormTotals totals, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(totals.ToJson());
            return;
        }

        screen.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Sent in {totals.SendSeconds:0.0} s, accepted in {totals.AcceptSeconds:0.0} s, settled in {totals.TotalSeconds:0.0} s: {totals.RunsPerMinute:0} runs a minute, {totals.CostUsd:0.0000} USD (simulated models)");
        foreach (var (reason, count) in totals.FailureReasons)
        {
            screen.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Failed:  {count} × {reason}");
        }

        foreach (var check in totals.Checks)
        {
            screen.MarkupLineInterpolated($"{(check.Holds ? "holds  " : "BROKEN ")} {check.Name}: {check.Detail}");
        }

        screen.MarkupLine(totals.Holds ? "[green]Everything that must hold does.[/]" : "[red]Something that must hold does not.[/]");
    }
}
