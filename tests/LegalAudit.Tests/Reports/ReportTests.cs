using System.Text;
using System.Text.Json;
using AgentFunctions;
using LegalAudit.Tools;

namespace LegalAudit.Tests.Reports;

public class ReportTests
{
    private static readonly string[] Items =
        ["legalBasis", "purposeLimitation", "dataSubjectRights", "securityMeasures", "breachNotification", "dpo", "subprocessors", "internationalTransfer", "retentionDeletion", "liability"];

    [Fact]
    public async Task Findings_are_what_is_missing_or_contradicts_itself()
    {
        var (written, json, _) = await Write(Completed("a.txt", present: false, missing: ["dpo"]), Completed("b.txt", contradictory: true));
        Assert.Equal((2, 2, 0, 3), (written.Documents, written.Reviewed, written.Failed, written.Findings));
        Assert.Equal(["noTermination", "lgpd.dpo"], FindingsOf(json, 0));
        Assert.Equal(["contradictoryTermination"], FindingsOf(json, 1));
    }

    [Fact]
    public async Task A_later_completed_review_replaces_a_failure_but_a_later_failure_never_a_review()
    {
        var (written, json, _) = await Write(
            $"[{Failed("a.txt", "down")},{Completed("b.txt")}]", $"[{Completed("a.txt")}]", $"[{Failed("b.txt", "down")}]", "null");
        Assert.Equal((2, 0), (written.Reviewed, written.Failed));
        Assert.Equal(["a.txt", "b.txt"], json.GetProperty("documents").EnumerateArray().Select(d => d.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task Failed_documents_are_listed_with_their_reason()
    {
        var (written, json, page) = await Write(Failed("z.pdf", "read_document: unreadable: The document cannot be read: the PDF is damaged."));
        Assert.Equal(1, written.Failed);
        Assert.Equal("failed", json.GetProperty("documents")[0].GetProperty("status").GetString());
        Assert.Contains("- z.pdf: read\\_document: unreadable: The document", page.Replace("\\:", ":"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_order_of_reviews_does_not_change_the_report()
    {
        var one = await Write($"[{Completed("a.txt")},{Completed("b.txt", present: false)}]");
        var two = await Write($"[{Completed("b.txt", present: false)}]", $"[{Completed("a.txt")}]");
        Assert.Equal(one.Page, two.Page);
        Assert.Equal(one.Json.GetRawText(), two.Json.GetRawText());
    }

    [Fact]
    public async Task Text_from_documents_stays_text()
    {
        var quote = "| x |\n# Heading <script>alert(1)</script> ![i](http://evil.example/p.png) `code` www.evil.example **bold**";
        var (_, _, page) = await Write(Completed("<b>|a.txt", quote: quote));
        Assert.DoesNotContain("<script>", page.Replace("\\<", ""), StringComparison.Ordinal);
        Assert.DoesNotContain("\n# Heading", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("www.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("![i]", page, StringComparison.Ordinal);
        Assert.Contains("| \\<b\\>\\|a.txt | en |", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reviews_that_are_no_fan_out_output_are_refused()
    {
        var failure = await Assert.ThrowsAsync<ToolFailureException>(() => Write("\"all fine\""));
        Assert.Equal(ToolFailureKind.InvalidArguments, failure.Kind);
        await Assert.ThrowsAsync<ToolFailureException>(() => Write("""[{"status":"completed"}]"""));
    }

    private static async Task<(WrittenReport Written, JsonElement Json, string Page)> Write(params string[] reviews)
    {
        var files = new MemoryThreadFiles();
        var written = await new ReportTools().WriteReportAsync(
            [.. reviews.Select(r => JsonSerializer.Deserialize<JsonElement>(r))], files.Call(), default);
        return (written, JsonSerializer.Deserialize<JsonElement>(files[written.ReportPath]), Encoding.UTF8.GetString(files[written.ReportMarkdownPath]));
    }

    private static string Completed(
        string path, bool present = true, bool contradictory = false, string[]? missing = null, string quote = "Either party may end it.") =>
        JsonSerializer.Serialize(new
        {
            index = 0,
            item = new { path },
            runId = Guid.NewGuid().ToString("N"),
            status = "completed",
            output = new
            {
                path,
                language = "en",
                words = 12,
                termination = new { present, contradictory, evidence = new[] { new { quote, offset = 0 } } },
                lgpd = new { items = Items.ToDictionary(i => i, i => new { present = missing?.Contains(i) != true }) },
            },
        });

    private static string Failed(string path, string reason) =>
        JsonSerializer.Serialize(new { index = 0, item = new { path }, runId = "r", status = "failed", failure = new { kind = "failed", reason } });

    private static IEnumerable<string?> FindingsOf(JsonElement report, int document) =>
        report.GetProperty("documents")[document].GetProperty("findings").EnumerateArray().Select(f => f.GetString());
}
