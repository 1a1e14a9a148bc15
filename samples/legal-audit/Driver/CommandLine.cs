using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LegalAudit.Driver;

/// <summary>The command line.</summary>
internal static class CommandLine
{
    private const decimal MostUsd = 1_000_000_000m;

    /// <summary>Runs what the arguments ask for. <see cref="ExitCodes.Usage"/> when they cannot be understood; nothing was run then.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = Create().Parse(arguments);
        var code = await parsed.InvokeAsync();
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
    }

    private static RootCommand Create()
    {
        var zip = new Option<string?>("--zip")
        {
            Description = "A ZIP of .txt, .md, .pdf and .docx contracts. Default: the 50 bundled ones.",
        };
        var budget = new Option<decimal?>("--budget")
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"The budget in USD. Default: {AuditOptions.DefaultBudgetUsd}. A higher one resumes a paused run."),
            CustomParser = ParseBudget,
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
            CustomParser = result => ParseNumber(result, "--seed", int.MinValue) ?? 0,
        };
        var crash = new Option<int?>("--crash-after")
        {
            Description = "Ends the process by SIGKILL after N completed child steps.",
            CustomParser = result => ParseNumber(result, "--crash-after", 1),
        };
        var verbose = new Option<bool>("--verbose") { Description = "Writes the host's log to stderr." };

        zip.Validators.Add(result =>
        {
            if (result.GetValue(zip) is { } path && !File.Exists(path))
            {
                result.AddError($"--zip: there is no file '{path}'.");
            }
        });

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

    private static decimal? ParseBudget(ArgumentResult result)
    {
        if (decimal.TryParse(result.Tokens.Single().Value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var usd)
            && usd is >= 0 and <= MostUsd)
        {
            return usd;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"--budget is a number of US dollars from 0 to {MostUsd}, such as 2.50."));
        return null;
    }

    private static int? ParseNumber(ArgumentResult result, string name, int least)
    {
        if (int.TryParse(result.Tokens.Single().Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least)
        {
            return number;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from {least} to {int.MaxValue}."));
        return null;
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
