using System.Text.Json;
using AgentFunctions;

namespace LegalAudit.Reports;

/// <summary>Joins the outputs of fan-outs into one review per document.</summary>
internal static class ReviewCollector
{
    /// <summary>
    /// Takes fan-out outputs (arrays of entries, or entries themselves), oldest first.
    /// A completed review stands until a later one completes; a failure stands only where no review completed.
    /// </summary>
    /// <exception cref="ToolFailureException">An entry names no document.</exception>
    public static AuditReport Collect(IReadOnlyList<JsonElement> reviews)
    {
        var byPath = new Dictionary<string, DocumentReview>(StringComparer.Ordinal);
        foreach (var review in reviews.SelectMany(Entries).Select(Read))
        {
            if (review.Status == ReviewStatus.Reviewed
                || !byPath.TryGetValue(review.Path, out var earlier)
                || earlier.Status == ReviewStatus.Failed)
            {
                byPath[review.Path] = review;
            }
        }
        return AuditReport.Of(byPath.Values);
    }

    private static IEnumerable<JsonElement> Entries(JsonElement review) => review.ValueKind switch
    {
        JsonValueKind.Array => review.EnumerateArray().SelectMany(Entries),
        JsonValueKind.Object => [review],
        // A failed step without an output is referenced as null.
        JsonValueKind.Null or JsonValueKind.Undefined => [],
        _ => throw new ToolFailureException(ToolFailureKind.InvalidArguments, "reviews must hold the outputs of fan-outs."),
    };

    private static DocumentReview Read(JsonElement entry)
    {
        var output = Property(entry, "output", JsonValueKind.Object);
        var path = Text(Property(entry, "item", JsonValueKind.Object), "path") ?? Text(output, "path")
            ?? throw new ToolFailureException(ToolFailureKind.InvalidArguments, "An entry of reviews names no document: item.path is missing.");
        var status = Text(entry, "status");
        if (!string.Equals(status, "completed", StringComparison.Ordinal))
            return Failed(path, Text(Property(entry, "failure", JsonValueKind.Object), "reason") ?? $"The review ended as {status ?? "unknown"}.");
        var termination = Property(output, "termination", JsonValueKind.Object);
        var lgpd = Property(output, "lgpd", JsonValueKind.Object);
        if (termination is null || lgpd is null)
            return Failed(path, "The review completed without findings.");
        return new DocumentReview(
            path,
            ReviewStatus.Reviewed,
            Reason: null,
            Text(output, "language"),
            Property(output, "words", JsonValueKind.Number) is { } words && words.TryGetInt32(out var count) ? count : null,
            termination,
            lgpd,
            [.. FindingsOf(termination.Value, lgpd.Value)]);
    }

    private static IEnumerable<string> FindingsOf(JsonElement termination, JsonElement lgpd)
    {
        if (!IsTrue(termination, "present"))
            yield return "noTermination";
        if (IsTrue(termination, "contradictory"))
            yield return "contradictoryTermination";
        var items = Property(lgpd, "items", JsonValueKind.Object);
        foreach (var item in LegalAudit.Lgpd.LgpdItems.All)
        {
            if (Property(items, item, JsonValueKind.Object) is not { } finding || !IsTrue(finding, "present"))
                yield return $"lgpd.{item}";
        }
    }

    private static DocumentReview Failed(string path, string reason) =>
        new(path, ReviewStatus.Failed, reason, Language: null, Words: null, Termination: null, Lgpd: null, Findings: []);

    private static bool IsTrue(JsonElement element, string name) => Property(element, name, JsonValueKind.True) is not null;

    private static string? Text(JsonElement? element, string name) => Property(element, name, JsonValueKind.String)?.GetString();

    private static JsonElement? Property(JsonElement? element, string name, JsonValueKind kind) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : null;
}
