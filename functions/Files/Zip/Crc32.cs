namespace AgentFunctions.Files.Zip;

/// <summary>The checksum of ZIP entries (ISO 3309).</summary>
internal sealed class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Row)];

    private uint state = uint.MaxValue;

    public uint Value => ~state;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var each in bytes)
        {
            state = Table[(byte)(state ^ each)] ^ (state >> 8);
        }
    }

    private static uint Row(int index)
    {
        var row = (uint)index;
        for (var bit = 0; bit < 8; bit++)
        {
            row = (row & 1) == 0 ? row >> 1 : (row >> 1) ^ 0xEDB88320;
        }

        return row;
    }
}
