using System.Buffers.Binary;
using System.Text;

namespace AgentFunctions.Files.Zip;

/// <summary>The list of a ZIP's entries.</summary>
internal static class CentralDirectory
{
    private const uint Signature = 0x02014b50;
    private const int HeaderSize = 46;
    private const ushort Utf8Names = 1 << 11;
    private const ushort Zip64Extra = 1;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the entries, and refuses a ZIP that has more than <paramref name="maxEntries"/> before it does.</summary>
    public static IReadOnlyList<ZipEntry> Read(Stream zip, int maxEntries)
    {
        var end = EndOfCentralDirectory.Find(zip);
        if (end.Entries > (ulong)maxEntries)
        {
            throw UploadRefusedException.Body(FormattableString.Invariant(
                $"The ZIP has {end.Entries} entries; at most {maxEntries} are taken."));
        }

        if (end.Bytes < (long)end.Entries * HeaderSize)
        {
            throw UploadRefusedException.Damaged("its directory is too short for its entries.");
        }

        var directory = zip.ReadAt(end.Offset, end.Bytes);
        var entries = new List<ZipEntry>((int)end.Entries);
        var at = 0;
        while (entries.Count < (int)end.Entries)
        {
            entries.Add(Read(directory, ref at));
        }

        return entries;
    }

    private static ZipEntry Read(byte[] directory, ref int at)
    {
        if (directory.Length - at < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(directory.AsSpan(at)) != Signature)
        {
            throw UploadRefusedException.Damaged("its directory ends before its last entry.");
        }

        ReadOnlySpan<byte> header = directory.AsSpan(at, HeaderSize);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        var next = at + HeaderSize + nameLength + extraLength + commentLength;
        if (next > directory.Length)
        {
            throw UploadRefusedException.Damaged("an entry of its directory is cut off.");
        }

        var name = directory.AsSpan(at + HeaderSize, nameLength).ToArray();
        var extra = directory.AsSpan(at + HeaderSize + nameLength, extraLength);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        var text = Name(name, flags);
        // Old Windows tools separate with backslashes; then the rules of '..' and drives count for these as well.
        var path = text.Replace('\\', '/');
        var sizes = new Zip64Sizes(extra, Zip64Extra);
        var entry = new ZipEntry(
            path.EndsWith('/') ? path[..^1] : path,
            path.EndsWith('/'),
            name,
            flags,
            BinaryPrimitives.ReadUInt16LittleEndian(header[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
            Bytes: sizes.Or(BinaryPrimitives.ReadUInt32LittleEndian(header[24..])),
            CompressedBytes: sizes.Or(BinaryPrimitives.ReadUInt32LittleEndian(header[20..])),
            HeaderOffset: sizes.Or(BinaryPrimitives.ReadUInt32LittleEndian(header[42..])),
            ExternalAttributes: BinaryPrimitives.ReadUInt32LittleEndian(header[38..]));
        at = next;
        return entry;
    }

    private static string Name(byte[] name, ushort flags)
    {
        try
        {
            return StrictUtf8.GetString(name);
        }
        catch (DecoderFallbackException) when ((flags & Utf8Names) == 0)
        {
            // The encoding of names that the format has for all others.
            return CodePagesEncodingProvider.Instance.GetEncoding(437)!.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            throw UploadRefusedException.Damaged("the name of an entry is not the UTF-8 that it claims to be.");
        }
    }

    /// <summary>Sizes that do not fit 32 bits stand in an extra field, in the order in which the header refers to them.</summary>
    private ref struct Zip64Sizes
    {
        private ReadOnlySpan<byte> values;

        public Zip64Sizes(ReadOnlySpan<byte> extra, ushort id)
        {
            while (extra.Length >= 4)
            {
                int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
                if (length > extra.Length - 4)
                {
                    return;
                }

                if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == id)
                {
                    values = extra.Slice(4, length);
                    return;
                }

                extra = extra[(4 + length)..];
            }
        }

        public long Or(uint small)
        {
            if (small != uint.MaxValue || values.Length < sizeof(long))
            {
                return small;
            }

            var value = BinaryPrimitives.ReadInt64LittleEndian(values);
            values = values[sizeof(long)..];
            return value >= 0 ? value : throw UploadRefusedException.Damaged("an entry of its directory has a negative size.");
        }
    }
}
