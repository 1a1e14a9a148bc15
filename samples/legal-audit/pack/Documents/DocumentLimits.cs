namespace LegalAudit.Documents;

/// <summary>How much of a hostile document is looked at before it is refused.</summary>
internal static class DocumentLimits
{
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>About 300,000 words; the longest real contracts have a tenth of that.</summary>
    public const int MaxCharacters = 2_000_000;

    public const int MaxPdfPages = 2_000;

    public const int MaxArchiveEntries = 2_000;

    public const long MaxInflatedBytes = 64L * 1024 * 1024;
}
