using System.IO.Compression;
using System.Text;
using AgentFunctions.Files.Zip;

namespace AgentFunctions.Tests.Files;

/// <summary>Writes ZIPs that no honest tool writes.</summary>
public sealed class RawZip
{
    private readonly List<byte> data = [];
    private readonly List<byte> directory = [];
    private int entries;

    public static byte[] Of(params (string Path, string Text)[] files)
    {
        var zip = new RawZip();
        foreach (var (path, text) in files)
        {
            zip.Add(path, Encoding.UTF8.GetBytes(text));
        }

        return zip.Build();
    }

    public RawZip Add(
        string path,
        byte[] content,
        uint attributes = 0,
        ushort flags = 1 << 11,
        ushort method = 8,
        long? claimedBytes = null,
        byte[]? rawName = null,
        string? localName = null,
        byte[]? packed = null)
    {
        var offset = (uint)data.Count;
        var name = rawName ?? Encoding.UTF8.GetBytes(path);
        var local = localName is null ? name : Encoding.UTF8.GetBytes(localName);
        var checksum = new Crc32();
        checksum.Append(content);
        packed ??= method == 8 ? Deflate(content) : content;
        data.AddRange(Bytes(writer =>
        {
            writer.Write(0x04034b50u);
            Common(writer, flags, method, checksum.Value, (uint)packed.Length, (uint)(claimedBytes ?? content.Length), local.Length);
            writer.Write(local);
            writer.Write(packed);
        }));
        AddToDirectory(name, offset, attributes, flags, method, checksum.Value, (uint)packed.Length, (uint)(claimedBytes ?? content.Length));
        return this;
    }

    /// <summary>An entry of the directory whose data another entry has.</summary>
    public RawZip AddToDirectory(
        byte[] name, uint offset, uint attributes, ushort flags, ushort method, uint checksum, uint packedBytes, uint bytes)
    {
        directory.AddRange(Bytes(writer =>
        {
            writer.Write(0x02014b50u);
            writer.Write((ushort)0x0314);
            Common(writer, flags, method, checksum, packedBytes, bytes, name.Length);
            writer.Write(new byte[6]);
            writer.Write(attributes);
            writer.Write(offset);
            writer.Write(name);
        }));
        entries++;
        return this;
    }

    public byte[] Build(int? claimedEntries = null, long? claimedOffset = null) =>
    [
        .. data,
        .. directory,
        .. Bytes(writer =>
        {
            writer.Write(0x06054b50u);
            writer.Write(0u);
            writer.Write((ushort)(claimedEntries ?? entries));
            writer.Write((ushort)(claimedEntries ?? entries));
            writer.Write((uint)directory.Count);
            writer.Write((uint)(claimedOffset ?? data.Count));
            writer.Write((ushort)0);
        }),
    ];

    /// <summary>10 MB that inflate to 10 GB: a thousand times the same deflate block of 10 MB of zeros.</summary>
    public static byte[] TenGigabytes()
    {
        using var block = new MemoryStream();
        using (var deflate = new DeflateStream(block, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(new byte[10_000_000]);
            deflate.Flush();
            return [.. Enumerable.Repeat(block.ToArray(), 1000).SelectMany(bytes => bytes)];
        }
    }

    public static byte[] Deflate(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize))
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            write(writer);
        }

        return memory.ToArray();
    }

    private static void Common(
        BinaryWriter writer, ushort flags, ushort method, uint checksum, uint packedBytes, uint bytes, int nameLength)
    {
        writer.Write((ushort)20);
        writer.Write(flags);
        writer.Write(method);
        writer.Write(0u);
        writer.Write(checksum);
        writer.Write(packedBytes);
        writer.Write(bytes);
        writer.Write((ushort)nameLength);
        writer.Write((ushort)0);
    }
}
