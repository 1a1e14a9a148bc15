using AgentFunctions.Files.Zip;
using AgentFunctions.Storage;

namespace AgentFunctions.Files;

/// <summary>Takes uploads into threads: all of an upload or nothing.</summary>
public sealed class FileIntake(IThreadStore threads, IBlobStore blobs, FileLimits limits)
{
    private const int StoredAtOnce = 16;

    /// <summary>Takes the files of a ZIP.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="zip">The ZIP; it must be seekable.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UploadRefusedException">It is not a ZIP, it is damaged, it holds what could do harm, or it is too large.</exception>
    public async Task<IReadOnlyList<ThreadFile>> AddZipAsync(string threadId, Stream zip, CancellationToken cancellationToken)
    {
        var content = new ZipContent(zip, limits);
        var entries = content.Locate(ZipRules.Files(CentralDirectory.Read(zip, limits.MaxEntries), limits));
        Prove(content, entries, cancellationToken);
        var files = new List<ThreadFile>(entries.Count);
        foreach (var part in entries.Chunk(StoredAtOnce))
        {
            files.AddRange(await Task.WhenAll(part.Select(each => StoreAsync(
                each.Entry.Path, Unpack(content, each.Entry, each.DataOffset), cancellationToken))));
        }

        await threads.PutFilesAsync(threadId, files, writer: null, cancellationToken);
        return files;
    }

    /// <summary>Takes single files.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="files">Their paths and contents.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UploadRefusedException">A path breaks the rules, is there twice, a file is too large, or there are too many.</exception>
    public async Task<IReadOnlyList<ThreadFile>> AddAsync(
        string threadId, IReadOnlyList<(string Path, byte[] Content)> files, CancellationToken cancellationToken)
    {
        if (files.Count > limits.MaxEntries)
        {
            throw UploadRefusedException.Body(FormattableString.Invariant(
                $"The form has {files.Count} files; at most {limits.MaxEntries} are taken."));
        }

        foreach (var (path, content) in files)
        {
            if ((FilePaths.Problem(path) ?? ZipRules.TooLarge(content.LongLength, limits)) is { } problem)
            {
                throw new UploadRefusedException("path", $"The file's path or size is refused: it {problem}");
            }
        }

        if (files.Select(file => file.Path).Distinct(StringComparer.Ordinal).Count() < files.Count)
        {
            throw new UploadRefusedException("path", "Two files have the same path.");
        }

        var stored = await Task.WhenAll(files.Select(file => StoreAsync(file.Path, file.Content, cancellationToken)));
        await threads.PutFilesAsync(threadId, stored, writer: null, cancellationToken);
        return stored;
    }

    /// <summary>Unpacks everything once without keeping it, so that nothing is stored of a ZIP that turns out bad at its end.</summary>
    private void Prove(
        ZipContent content, IReadOnlyList<(ZipEntry Entry, long DataOffset)> entries, CancellationToken cancellationToken)
    {
        var total = 0L;
        foreach (var (entry, offset) in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            total += content.CopyTo(entry, offset, Stream.Null);
            if (total > limits.MaxTotalBytes)
            {
                throw ZipRules.TotalTooLarge(limits);
            }
        }
    }

    private static byte[] Unpack(ZipContent content, ZipEntry entry, long offset)
    {
        using var memory = new MemoryStream(checked((int)entry.Bytes));
        content.CopyTo(entry, offset, memory);
        return memory.ToArray();
    }

    private async Task<ThreadFile> StoreAsync(string path, byte[] content, CancellationToken cancellationToken) =>
        new(path, content.LongLength, await blobs.PutAsync(content, cancellationToken), FileOrigin.Uploaded);
}
