namespace AgentFunctions.Files.Zip;

/// <summary>An entry as the central directory claims it to be.</summary>
internal sealed record ZipEntry(
    string Path,
    bool IsDirectory,
    byte[] RawName,
    ushort Flags,
    ushort Method,
    uint Crc32,
    long CompressedBytes,
    long Bytes,
    long HeaderOffset,
    uint ExternalAttributes);
