using System.ComponentModel;
using System.Text;
using System.Text.Json;
using AgentFunctions;
using LegalAudit.Reports;

namespace LegalAudit.Tools;

/// <summary>The tool that joins reviews into a report.</summary>
public sealed class ReportTools
{
    private const string JsonPath = "output/report.json";
    private const string MarkdownPath = "output/report.md";

    /// <summary>Writes the report. The same reviews give the same bytes.</summary>
    /// <param name="reviews">Outputs of review fan-outs.</param>
    /// <param name="context">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">The reviews are no fan-out outputs.</exception>
    [Description("Joins the outputs of review fan-outs into one report and writes it as output/report.json and output/report.md.")]
    public async Task<WrittenReport> WriteReportAsync(
        [Description("Outputs of fan-outs of contract-reviewer, oldest first; a later completed review of a document replaces an earlier one.")]
        JsonElement[] reviews,
        ToolContext context,
        CancellationToken cancellationToken)
    {
        var report = ReviewCollector.Collect(reviews);
        await context.Files.WriteAsync(JsonPath, JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Options), cancellationToken);
        await context.Files.WriteAsync(MarkdownPath, Encoding.UTF8.GetBytes(MarkdownReport.Write(report)), cancellationToken);
        var totals = report.Totals;
        return new WrittenReport(JsonPath, MarkdownPath, totals.Documents, totals.Reviewed, totals.Failed, totals.Findings);
    }
}
