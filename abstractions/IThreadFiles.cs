namespace AgentFunctions;

/// <summary>The files of one thread: what was uploaded to it and what its tools wrote.</summary>
/// <remarks>
/// Paths are relative, use <c>/</c>, and never hold <c>..</c>, a drive, a leading slash or a NUL.
/// Every method throws <see cref="ArgumentException"/> for a path that breaks this rule.
/// </remarks>
public interface IThreadFiles
{
    /// <summary>All files, ordered by path (ordinal).</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ThreadFile>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The content of a file, or <see langword="null"/> where there is none at that path.</summary>
    /// <param name="path">The file's path in the thread.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Writes a file, replacing one at the same path. Writing the same bytes again changes nothing.</summary>
    /// <param name="path">The file's path in the thread.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ThreadFile> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Removes a file; <see langword="false"/> where there is none at that path.</summary>
    /// <param name="path">The file's path in the thread.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<bool> DeleteAsync(string path, CancellationToken cancellationToken);
}

/// <summary>One file of a thread.</summary>
/// <param name="Path">Its path in the thread, with <c>/</c>.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="Sha256">Its content hash, lower-case hexadecimal.</param>
/// <param name="Origin">Who put it there.</param>
public sealed record ThreadFile(string Path, long Bytes, string Sha256, FileOrigin Origin);

/// <summary>Who put a file into a thread.</summary>
public enum FileOrigin
{
    /// <summary>It was uploaded over HTTP.</summary>
    Uploaded,

    /// <summary>A tool wrote it.</summary>
    Produced,
}
