using System.Text.Json.Serialization;

namespace LegalAudit.Tools;

/// <summary>The documents of a thread.</summary>
/// <param name="Documents">The uploaded contracts, ordered by path.</param>
/// <param name="Ignored">Paths of uploaded files that are no documents, ordered.</param>
public sealed record DocumentList(IReadOnlyList<DocumentListItem> Documents, IReadOnlyList<string> Ignored);

/// <summary>One uploaded contract.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its content hash.</param>
public sealed record DocumentListItem(string Path, long Bytes, string Sha256);

/// <summary>A page of a contract's text.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Format">txt, md, pdf or docx, by its content.</param>
/// <param name="Language">pt or en.</param>
/// <param name="Words">Words in the whole document.</param>
/// <param name="Characters">Characters in the whole document.</param>
/// <param name="Text">The page.</param>
/// <param name="NextOffset">Where the next page starts; absent on the last.</param>
public sealed record DocumentPage(
    string Path,
    string Format,
    string Language,
    int Words,
    int Characters,
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? NextOffset);

/// <summary>What record_review answers.</summary>
/// <param name="Recorded">Always true: the review is in the register, from this call or from an earlier attempt at it.</param>
public sealed record RecordedReview(bool Recorded);

/// <summary>Where the report lies and what it counts.</summary>
/// <param name="ReportPath">The JSON report in the thread's files.</param>
/// <param name="ReportMarkdownPath">The Markdown report in the thread's files.</param>
/// <param name="Documents">All documents.</param>
/// <param name="Reviewed">Documents with findings.</param>
/// <param name="Failed">Documents that could not be reviewed.</param>
/// <param name="Findings">Findings over all documents.</param>
public sealed record WrittenReport(
    string ReportPath, string ReportMarkdownPath, int Documents, int Reviewed, int Failed, int Findings);
