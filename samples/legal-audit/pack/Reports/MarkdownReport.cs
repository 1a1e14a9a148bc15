using System.Globalization;
using System.Text;
using System.Text.Json;
using LegalAudit.Lgpd;

namespace LegalAudit.Reports;

/// <summary>The audit as a page for people.</summary>
internal static class MarkdownReport
{
    public static string Write(AuditReport report)
    {
        var page = new StringBuilder();
        page.Append("# Legal audit\n\n");
        var totals = report.Totals;
        page.Append(CultureInfo.InvariantCulture,
            $"{totals.Documents} documents: {totals.Reviewed} reviewed, {totals.Failed} failed, {totals.Findings} findings.\n\n");
        AppendSummary(page, report);
        AppendFindings(page, report);
        AppendFailures(page, report);
        return page.ToString();
    }

    private static void AppendSummary(StringBuilder page, AuditReport report)
    {
        page.Append("## Summary\n\n| Document | Language | Words | Termination | Notice | LGPD | Findings |\n");
        page.Append("| --- | --- | ---: | --- | --- | --- | ---: |\n");
        foreach (var d in report.Documents)
        {
            var path = MarkdownText.Escape(d.Path);
            if (d.Status == ReviewStatus.Failed)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {path} | | | not reviewed | | | |\n");
                continue;
            }
            var missing = d.Findings.Count(f => f.StartsWith("lgpd.", StringComparison.Ordinal));
            page.Append(CultureInfo.InvariantCulture,
                $"| {path} | {MarkdownText.Escape(d.Language ?? "")} | {d.Words} | {TerminationWord(d)} | {Notice(d)} | {LgpdItems.All.Count - missing} of {LgpdItems.All.Count} | {d.Findings.Count} |\n");
        }
        page.Append('\n');
    }

    private static void AppendFindings(StringBuilder page, AuditReport report)
    {
        page.Append("## Findings\n\n");
        foreach (var d in report.Documents.Where(d => d.Status == ReviewStatus.Reviewed))
        {
            page.Append(CultureInfo.InvariantCulture, $"### {MarkdownText.Escape(d.Path)}\n\n");
            if (d.Findings.Count == 0)
                page.Append("No findings.\n");
            foreach (var finding in d.Findings)
                page.Append(CultureInfo.InvariantCulture, $"- {FindingText.Of(finding)}\n");
            AppendQuotes(page, d);
            page.Append('\n');
        }
    }

    private static void AppendQuotes(StringBuilder page, DocumentReview d)
    {
        if (d.Termination is { } termination && termination.TryGetProperty("evidence", out var evidence)
            && evidence.ValueKind == JsonValueKind.Array)
        {
            foreach (var quote in evidence.EnumerateArray().Select(e => Text(e, "quote")).OfType<string>())
                page.Append(CultureInfo.InvariantCulture, $"\n> Termination: {MarkdownText.Escape(quote)}\n");
        }
        if (d.Lgpd is not { } lgpd || !lgpd.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Object)
            return;
        foreach (var name in LgpdItems.All)
        {
            if (items.TryGetProperty(name, out var item) && Text(item, "evidence") is { } quote)
                page.Append(CultureInfo.InvariantCulture, $"\n> {FindingText.ItemName(name)}: {MarkdownText.Escape(quote)}\n");
        }
    }

    private static void AppendFailures(StringBuilder page, AuditReport report)
    {
        if (report.Totals.Failed == 0)
            return;
        page.Append("## Documents that could not be reviewed\n\n");
        foreach (var d in report.Documents.Where(d => d.Status == ReviewStatus.Failed))
            page.Append(CultureInfo.InvariantCulture, $"- {MarkdownText.Escape(d.Path)}: {MarkdownText.Escape(d.Reason ?? "")}\n");
        page.Append('\n');
    }

    private static string TerminationWord(DocumentReview d) => d.Findings switch
    {
        var f when f.Contains("noTermination") => "missing",
        var f when f.Contains("contradictoryTermination") => "contradictory",
        _ => "present",
    };

    private static string Notice(DocumentReview d) =>
        d.Termination is { } t && t.TryGetProperty("noticeDays", out var days) && days.ValueKind == JsonValueKind.Number
            ? $"{days.GetRawText()} days"
            : "";

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
