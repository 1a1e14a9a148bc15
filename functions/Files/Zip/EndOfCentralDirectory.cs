using System.Buffers.Binary;

namespace AgentFunctions.Files.Zip;

/// <summary>Where a ZIP's directory lies, and how many entries it has: known from the file's last bytes, before any entry is read.</summary>
internal sealed record EndOfCentralDirectory(ulong Entries, long Offset, long Bytes)
{
    private const uint Signature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint Zip64Signature = 0x06064b50;
    private const int Size = 22;
    private const int LocatorSize = 20;
    private const int Zip64Size = 56;
    private const int LongestComment = ushort.MaxValue;

    public static EndOfCentralDirectory Find(Stream zip)
    {
        var tail = zip.ReadAt(Math.Max(0, zip.Length - Size - LongestComment), Math.Min(zip.Length, Size + LongestComment));
        for (var at = tail.Length - Size; at >= 0; at--)
        {
            var record = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) == Signature
                && at + Size + BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) == tail.Length)
            {
                return Read(zip, record, zip.Length - tail.Length + at);
            }
        }

        throw UploadRefusedException.Body("It is not a ZIP: the end of a ZIP's directory was not found.");
    }

    private static EndOfCentralDirectory Read(Stream zip, ReadOnlySpan<byte> record, long position)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(record[4..]) is not (0 or ushort.MaxValue))
        {
            throw UploadRefusedException.Body("The ZIP has several parts; only a ZIP in one part is taken.");
        }

        var entries = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        var bytes = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        var found = entries == ushort.MaxValue || bytes == uint.MaxValue || offset == uint.MaxValue
            ? ReadZip64(zip, position) ?? new EndOfCentralDirectory(entries, offset, bytes)
            : new EndOfCentralDirectory(entries, offset, bytes);
        return found.Offset >= 0 && found.Bytes >= 0 && found.Offset <= position && found.Bytes <= position - found.Offset
            ? found
            : throw UploadRefusedException.Damaged("its directory lies outside of the file.");
    }

    private static EndOfCentralDirectory? ReadZip64(Stream zip, long position)
    {
        if (position < LocatorSize)
        {
            return null;
        }

        ReadOnlySpan<byte> locator = zip.ReadAt(position - LocatorSize, LocatorSize);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature)
        {
            return null;
        }

        var at = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        if (at < 0 || at > position - Zip64Size)
        {
            throw UploadRefusedException.Damaged("the end of its directory lies outside of the file.");
        }

        ReadOnlySpan<byte> record = zip.ReadAt(at, Zip64Size);
        return BinaryPrimitives.ReadUInt32LittleEndian(record) == Zip64Signature
            ? new EndOfCentralDirectory(
                BinaryPrimitives.ReadUInt64LittleEndian(record[32..]),
                BinaryPrimitives.ReadInt64LittleEndian(record[48..]),
                BinaryPrimitives.ReadInt64LittleEndian(record[40..]))
            : throw UploadRefusedException.Damaged("the end of its directory is not where it should be.");
    }
}
