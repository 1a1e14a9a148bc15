using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentFunctions.Storage;

/// <summary>JSON in the blob store.</summary>
public static class JsonBlobs
{
    /// <summary>Stores a value as JSON and returns its content hash.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="blobs">The store.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static Task<string> PutJsonAsync<T>(this IBlobStore blobs, T value, CancellationToken cancellationToken) =>
        blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(value, AgentJson.Options), cancellationToken);

    /// <summary>The value of that hash.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="blobs">The store.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidOperationException">The store has no such blob.</exception>
    public static async Task<T> GetJsonAsync<T>(this IBlobStore blobs, string hash, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<T>(await RequireAsync(blobs, hash, cancellationToken), AgentJson.Options)!;

    /// <summary>The JSON of that hash; <see langword="null"/> for JSON null and for no hash.</summary>
    /// <param name="blobs">The store.</param>
    /// <param name="hash">The hash, if there is one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidOperationException">The store has no such blob.</exception>
    public static async Task<JsonNode?> GetNodeAsync(this IBlobStore blobs, string? hash, CancellationToken cancellationToken) =>
        hash is null ? null : JsonNode.Parse(await RequireAsync(blobs, hash, cancellationToken));

    private static async Task<byte[]> RequireAsync(IBlobStore blobs, string hash, CancellationToken cancellationToken) =>
        await blobs.GetAsync(hash, cancellationToken)
            ?? throw new InvalidOperationException($"The blob store has lost '{hash}'.");
}
