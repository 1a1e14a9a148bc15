using System.Text;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// Texts of entities. A property holds 64 KiB, that is 32,768 characters; a longer text goes to the blob store before the entity is
/// written, and the entity holds its hash.
/// </summary>
internal sealed class EntityTexts(IBlobStore blobs)
{
    private const int Longest = 32_000;
    private const string HashOf = "Hash";

    /// <summary>Sets a text; <see langword="null"/> leaves it out.</summary>
    public async Task SetAsync(TableEntity entity, string name, string? text, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return;
        }

        // Both are always set: an update merges, and must not leave the other one of before.
        var isInline = text.Length <= Longest;
        entity[name] = isInline ? text : "";
        entity[name + HashOf] = isInline ? "" : await blobs.PutAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <summary>The text, or <see langword="null"/>.</summary>
    public async ValueTask<string?> FindAsync(TableEntity entity, string name, CancellationToken cancellationToken)
    {
        if (entity.GetString(name + HashOf) is not { Length: > 0 } hash)
        {
            return entity.GetString(name);
        }

        var bytes = await blobs.GetAsync(hash, cancellationToken)
            ?? throw new InvalidOperationException($"The blob store has lost '{hash}'.");
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A text that must be there.</summary>
    public async ValueTask<string> GetAsync(TableEntity entity, string name, CancellationToken cancellationToken) =>
        await FindAsync(entity, name, cancellationToken)
            ?? throw new InvalidOperationException($"The entity '{entity.PartitionKey}' '{entity.RowKey}' has lost its '{name}'.");
}
