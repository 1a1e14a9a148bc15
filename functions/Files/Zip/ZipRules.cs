namespace AgentFunctions.Files.Zip;

/// <summary>What the directory alone shows to be refused, and which entries are files.</summary>
internal static class ZipRules
{
    private const ushort Encrypted = 1 | (1 << 6) | (1 << 13);
    private const ushort Stored = 0;
    private const ushort Deflated = 8;
    private const uint FileTypeMask = 0xF000;
    private const uint RegularFile = 0x8000;
    private const uint Directory = 0x4000;

    /// <summary>The files to take: no directories, nothing that macOS adds.</summary>
    public static IReadOnlyList<ZipEntry> Files(IReadOnlyList<ZipEntry> entries, FileLimits limits)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (Problem(entry) is { } problem)
            {
                throw UploadRefusedException.Entry(entry.Path, problem);
            }

            if (!seen.Add(entry.Path))
            {
                throw UploadRefusedException.Entry(entry.Path, "is there twice.");
            }
        }

        var files = entries.Where(entry => !entry.IsDirectory && !IsOfMacOs(entry.Path)).ToList();
        RefuseTooLarge(files, limits);
        return files;
    }

    public static string? TooLarge(long bytes, FileLimits limits) => bytes > limits.MaxEntryBytes
        ? FormattableString.Invariant($"is larger than {limits.MaxEntryBytes} bytes.")
        : null;

    public static UploadRefusedException TotalTooLarge(FileLimits limits) => UploadRefusedException.Body(FormattableString.Invariant(
        $"The files of the ZIP are larger than {limits.MaxTotalBytes} bytes in all."));

    private static void RefuseTooLarge(List<ZipEntry> files, FileLimits limits)
    {
        var total = 0L;
        foreach (var file in files)
        {
            if (TooLarge(file.Bytes, limits) is { } problem)
            {
                throw UploadRefusedException.Entry(file.Path, problem);
            }

            total += file.Bytes;
            if (total > limits.MaxTotalBytes)
            {
                throw TotalTooLarge(limits);
            }
        }
    }

    private static string? Problem(ZipEntry entry)
    {
        var type = (entry.ExternalAttributes >> 16) & FileTypeMask;
        return FilePaths.Problem(entry.Path) switch
        {
            { } path => path,
            null when type is not (0 or RegularFile or Directory) => "is a link or a device.",
            null when (entry.Flags & Encrypted) != 0 => "is encrypted.",
            null when entry.Method is not (Stored or Deflated) =>
                FormattableString.Invariant($"is compressed with method {entry.Method}; only deflate is taken."),
            null => null,
        };
    }

    private static bool IsOfMacOs(string path) =>
        path.StartsWith("__MACOSX/", StringComparison.Ordinal)
        || path == ".DS_Store"
        || path.EndsWith("/.DS_Store", StringComparison.Ordinal);
}
