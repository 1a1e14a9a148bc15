namespace AgentFunctions.Files.Zip;

/// <summary>Reading a ZIP at places.</summary>
internal static class ZipStreams
{
    /// <summary>Exactly that many bytes from a place that was checked to lie in the stream.</summary>
    public static byte[] ReadAt(this Stream stream, long offset, long count)
    {
        var bytes = new byte[count];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>A part of a stream, for reading once from its start to its end.</summary>
internal sealed class StreamPart(Stream inner, long offset, long length) : Stream
{
    private long read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => read;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        inner.Position = offset + read;
        var count = inner.Read(buffer[..(int)Math.Min(buffer.Length, length - read)]);
        read += count;
        return count;
    }

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
