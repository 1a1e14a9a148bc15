using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AgentFunctions.Storage.Tables;

/// <summary>Payloads as block blobs, named by their hash behind its first two digits, which spreads them.</summary>
internal sealed class AzureBlobStore(StorageAccount account) : IBlobStore
{
    private const int NotFound = 404;
    private const int Conflict = 409;
    private const int PreconditionFailed = 412;

    public async Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        var blob = await BlobAsync(hash, cancellationToken);
        try
        {
            await blob.UploadAsync(
                BinaryData.FromBytes(content),
                new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } },
                cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status is Conflict or PreconditionFailed)
        {
            // The same bytes are there already, from before or from a caller at the same time.
            return hash;
        }

        return hash;
    }

    public async Task<byte[]?> GetAsync(string hash, CancellationToken cancellationToken)
    {
        if (hash.Length != SHA256.HashSizeInBytes * 2 || !hash.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        try
        {
            var blob = await BlobAsync(hash, cancellationToken);
            return (await blob.DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
        }
        catch (RequestFailedException error) when (error.Status == NotFound && error.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    private async Task<BlobClient> BlobAsync(string hash, CancellationToken cancellationToken) =>
        (await account.ContainerAsync(cancellationToken)).GetBlobClient($"{hash[..2]}/{hash}");
}
