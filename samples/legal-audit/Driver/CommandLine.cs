using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LegalAudit.Driver;

/// <summary>The command line.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var zip = new Option<string?>("--zip")
        {
            Description = "A ZIP of .txt, .md, .pdf and .docx contracts. Default: the 50 bundled ones.",
        };
        var budget = new Option<decimal?>("--budget")
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"The budget in USD. Default: {AuditOptions.DefaultBudgetUsd}. A higher one resumes a paused run."),
        };
        var data = new Option<string>("--data")
        {
            Description = "The folder of databases and reports. An unfinished run in it is resumed.",
            DefaultValueFactory = _ => ".agentfunctions",
        };
        var json = new Option<bool>("--json") { Description = "Ends stdout with one JSON object instead of drawing." };
        var fault = new Option<ToolFault?>("--fail-tool")
        {
            Description = "NAME:RATE makes a tool fail at that rate (0 to 1).",
            CustomParser = ParseFault,
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Changes which calls of --fail-tool fail.",
            DefaultValueFactory = _ => AuditOptions.DefaultSeed,
        };
        var crash = new Option<int?>("--crash-after") { Description = "Ends the process by SIGKILL after N completed child steps." };
        var verbose = new Option<bool>("--verbose") { Description = "Writes the host's log to stderr." };

        budget.Validators.Add(result => Refuse(result, result.GetValue(budget) < 0, "--budget must not be negative."));
        crash.Validators.Add(result => Refuse(result, result.GetValue(crash) < 1, "--crash-after must be 1 or more."));
        zip.Validators.Add(result => Refuse(
            result, result.GetValue(zip) is { } path && !File.Exists(path), $"--zip: there is no file '{result.GetValue(zip)}'."));

        var root = new RootCommand("Audits contracts for termination clauses and LGPD: one agent plans, one child agent reviews each contract.")
        {
            zip, budget, data, json, fault, seed, crash, verbose,
        };
        root.SetAction((parsed, cancellationToken) => AuditCommand.RunAsync(
            new AuditOptions(
                parsed.GetValue(zip),
                parsed.GetValue(budget),
                Path.GetFullPath(parsed.GetValue(data)!),
                parsed.GetValue(json),
                parsed.GetValue(fault),
                parsed.GetValue(seed),
                parsed.GetValue(crash),
                parsed.GetValue(verbose)),
            cancellationToken));
        return root;
    }

    private static void Refuse(OptionResult result, bool isWrong, string problem)
    {
        if (isWrong)
        {
            result.AddError(problem);
        }
    }

    private static ToolFault? ParseFault(ArgumentResult result)
    {
        var parts = result.Tokens.Single().Value.Split(':');
        if (parts is [{ Length: > 0 } tool, var text]
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate)
            && rate is >= 0 and <= 1)
        {
            return new ToolFault(tool, rate);
        }

        result.AddError("--fail-tool is NAME:RATE with a rate from 0 to 1, such as check_lgpd:0.2.");
        return null;
    }
}
