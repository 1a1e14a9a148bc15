using AgentFunctions.Storage;

namespace AgentFunctions.Files;

/// <summary>A thread's files over the stores.</summary>
internal sealed class ThreadFiles(string threadId, FileOrigin origin, FileWriter? writer, IThreadStore threads, IBlobStore blobs) : IThreadFiles
{
    public Task<IReadOnlyList<ThreadFile>> ListAsync(CancellationToken cancellationToken) =>
        threads.ListFilesAsync(threadId, cancellationToken);

    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        FilePaths.Require(path);
        return await threads.FindFileAsync(threadId, path, cancellationToken) is { } found
            ? await blobs.GetAsync(found.Sha256, cancellationToken)
            : null;
    }

    public async Task<ThreadFile> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        FilePaths.Require(path);
        var file = new ThreadFile(path, content.Length, await blobs.PutAsync(content, cancellationToken), origin);
        await threads.PutFilesAsync(threadId, [file], writer, cancellationToken);
        return file;
    }

    public async Task<bool> DeleteAsync(string path, CancellationToken cancellationToken)
    {
        FilePaths.Require(path);
        return await threads.DeleteFileAsync(threadId, path, writer, cancellationToken);
    }
}

/// <summary>Opens the files of threads.</summary>
public sealed class ThreadFilesFactory(IThreadStore threads, IBlobStore blobs)
{
    /// <summary>The files of a thread.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="origin">Who will have put there what is written.</param>
    /// <param name="writer">The run for which they are changed; <see langword="null"/> for none.</param>
    public IThreadFiles Open(string threadId, FileOrigin origin = FileOrigin.Produced, FileWriter? writer = null) =>
        new ThreadFiles(threadId, origin, writer, threads, blobs);
}
