namespace AgentFunctions.Storage;

/// <summary>Content-addressed payloads: prompts, answers, tool results, step outputs, files.</summary>
public interface IBlobStore
{
    /// <summary>Stores bytes and returns their SHA-256, lower-case hexadecimal. The same bytes are stored once.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>The bytes of that hash, or <see langword="null"/>.</summary>
    /// <param name="hash">A hash that <see cref="PutAsync"/> returned.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<byte[]?> GetAsync(string hash, CancellationToken cancellationToken);
}
