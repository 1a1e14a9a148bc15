using System.Security.Cryptography;
using AgentFunctions;

namespace LegalAudit.Tests;

internal sealed class MemoryThreadFiles : IThreadFiles
{
    private readonly SortedDictionary<string, (byte[] Content, FileOrigin Origin)> files = new(StringComparer.Ordinal);

    public MemoryThreadFiles Upload(string path, byte[] content)
    {
        files[path] = (content, FileOrigin.Uploaded);
        return this;
    }

    public byte[] this[string path] => files[path].Content;

    public Task<IReadOnlyList<ThreadFile>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ThreadFile>>([.. files.Select(f => Describe(f.Key))]);

    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) =>
        path.Contains("..", StringComparison.Ordinal)
            ? throw new ArgumentException("not a path inside the thread", nameof(path))
            : Task.FromResult(files.TryGetValue(path, out var file) ? file.Content : null);

    public Task<ThreadFile> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        files[path] = (content.ToArray(), FileOrigin.Produced);
        return Task.FromResult(Describe(path));
    }

    public Task<bool> DeleteAsync(string path, CancellationToken cancellationToken) => Task.FromResult(files.Remove(path));

    public ToolContext Call(string key = "key-1") => new("tenant", "thread", "run", "step", key, Attempt: 1, this);

    private ThreadFile Describe(string path) => new(
        path, files[path].Content.Length, Convert.ToHexStringLower(SHA256.HashData(files[path].Content)), files[path].Origin);
}
