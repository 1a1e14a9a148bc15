using System.Text.Json;
using System.Text.Json.Serialization;

namespace LegalAudit.Reports;

/// <summary>The result of an audit, ready to be written.</summary>
/// <param name="Documents">One entry per document, ordered by path.</param>
/// <param name="Totals">The sums.</param>
internal sealed record AuditReport(IReadOnlyList<DocumentReview> Documents, AuditTotals Totals)
{
    public static AuditReport Of(IEnumerable<DocumentReview> reviews)
    {
        DocumentReview[] documents = [.. reviews.OrderBy(d => d.Path, StringComparer.Ordinal)];
        var reviewed = documents.Count(d => d.Status == ReviewStatus.Reviewed);
        return new AuditReport(
            documents,
            new AuditTotals(documents.Length, reviewed, documents.Length - reviewed, documents.Sum(d => d.Findings.Count)));
    }
}

internal enum ReviewStatus
{
    Reviewed,
    Failed,
}

/// <summary>What the audit knows of one document.</summary>
internal sealed record DocumentReview(
    string Path,
    ReviewStatus Status,
    string? Reason,
    string? Language,
    int? Words,
    JsonElement? Termination,
    JsonElement? Lgpd,
    IReadOnlyList<string> Findings);

internal sealed record AuditTotals(int Documents, int Reviewed, int Failed, int Findings);

internal static class ReportJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
