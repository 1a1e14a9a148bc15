using System.Buffers.Binary;
using System.IO.Compression;

namespace AgentFunctions.Files.Zip;

/// <summary>Unpacks entries, counting what really comes out: what the ZIP says about its sizes is a claim.</summary>
internal sealed class ZipContent(Stream zip, FileLimits limits)
{
    private const uint LocalSignature = 0x04034b50;
    private const int LocalHeaderSize = 30;
    private const ushort Stored = 0;

    private readonly byte[] buffer = new byte[64 * 1024];

    /// <summary>Where each entry's data begins; refuses entries that share data, with which a small ZIP unpacks to a huge one.</summary>
    public IReadOnlyList<(ZipEntry Entry, long DataOffset)> Locate(IReadOnlyList<ZipEntry> entries)
    {
        var located = entries.Select(entry => (entry, DataOffset(entry))).ToList();
        var end = 0L;
        foreach (var (entry, offset) in located.OrderBy(each => each.entry.HeaderOffset))
        {
            if (entry.HeaderOffset < end)
            {
                throw UploadRefusedException.Damaged($"the entry '{entry.Path}' overlaps another one.");
            }

            end = offset + entry.CompressedBytes;
        }

        return located;
    }

    /// <summary>Unpacks an entry into a stream.</summary>
    /// <returns>How many bytes came out.</returns>
    public long CopyTo(ZipEntry entry, long dataOffset, Stream target)
    {
        using var data = new StreamPart(zip, dataOffset, entry.CompressedBytes);
        using var unpacked = entry.Method == Stored ? data : (Stream)new DeflateStream(data, CompressionMode.Decompress);
        var checksum = new Crc32();
        var total = 0L;
        int count;
        while ((count = Read(entry, unpacked)) > 0)
        {
            total += count;
            RefuseBomb(entry, total);
            checksum.Append(buffer.AsSpan(0, count));
            target.Write(buffer, 0, count);
        }

        return total == entry.Bytes && checksum.Value == entry.Crc32
            ? total
            : throw UploadRefusedException.Damaged($"the entry '{entry.Path}' does not have the size or checksum that it should have.");
    }

    private int Read(ZipEntry entry, Stream unpacked)
    {
        try
        {
            return unpacked.Read(buffer);
        }
        catch (InvalidDataException)
        {
            throw UploadRefusedException.Damaged($"the entry '{entry.Path}' cannot be unpacked.");
        }
    }

    private void RefuseBomb(ZipEntry entry, long total)
    {
        if (ZipRules.TooLarge(total, limits) is { } problem)
        {
            throw UploadRefusedException.Entry(entry.Path, problem);
        }

        if (total > FileLimits.RatioFloor && total / FileLimits.MaxRatio > entry.CompressedBytes)
        {
            throw UploadRefusedException.Entry(
                entry.Path, FormattableString.Invariant($"grows more than {FileLimits.MaxRatio} times when it is unpacked."));
        }
    }

    private long DataOffset(ZipEntry entry)
    {
        if (entry.HeaderOffset > zip.Length - LocalHeaderSize)
        {
            throw Outside(entry);
        }

        ReadOnlySpan<byte> header = zip.ReadAt(entry.HeaderOffset, LocalHeaderSize);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
        {
            throw UploadRefusedException.Damaged($"the entry '{entry.Path}' is not where the directory says.");
        }

        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var name = entry.HeaderOffset + LocalHeaderSize;
        var data = name + nameLength + extraLength;
        if (data > zip.Length || entry.CompressedBytes > zip.Length - data)
        {
            throw Outside(entry);
        }

        return zip.ReadAt(name, nameLength).AsSpan().SequenceEqual(entry.RawName)
            ? data
            : throw UploadRefusedException.Damaged($"the entry '{entry.Path}' has another name in the directory than at its data.");
    }

    private static UploadRefusedException Outside(ZipEntry entry) =>
        UploadRefusedException.Damaged($"the entry '{entry.Path}' lies outside of the file.");
}
