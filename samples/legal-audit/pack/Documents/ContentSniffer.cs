namespace LegalAudit.Documents;

/// <summary>What the first bytes of a file say it is.</summary>
internal enum SniffedContent
{
    Other,
    Pdf,
    Zip,
    CompoundFile,
    RichText,
}

/// <summary>Tells formats apart by content, because names lie.</summary>
internal static class ContentSniffer
{
    // Readers accept a PDF header anywhere in the first kilobyte.
    private const int PdfHeaderWindow = 1024;

    public static SniffedContent Sniff(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("PK\x03\x04"u8) || bytes.StartsWith("PK\x05\x06"u8))
            return SniffedContent.Zip;
        if (bytes.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
            return SniffedContent.CompoundFile;
        if (bytes.StartsWith("{\\rtf"u8))
            return SniffedContent.RichText;
        // A contract that merely mentions "%PDF-" in its first lines is still text.
        var header = bytes[..Math.Min(bytes.Length, PdfHeaderWindow)].IndexOf("%PDF-"u8);
        return header == 0 || (header > 0 && bytes[..header].ContainsAnyInRange<byte>(0x80, 0xFF)) ? SniffedContent.Pdf : SniffedContent.Other;
    }
}
