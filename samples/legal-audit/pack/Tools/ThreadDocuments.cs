using AgentFunctions;
using LegalAudit.Documents;

namespace LegalAudit.Tools;

internal static class ThreadDocuments
{
    /// <summary>Reads a contract of the thread.</summary>
    /// <exception cref="ToolFailureException">The path is none, nothing is there, or it cannot be read.</exception>
    public static async Task<ContractDocument> ReadDocumentAsync(
        this ToolContext context, string path, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new ToolFailureException(ToolFailureKind.InvalidArguments, "The path is empty.");
        byte[]? bytes;
        try
        {
            bytes = await context.Files.ReadAsync(path, cancellationToken);
        }
        catch (ArgumentException e)
        {
            throw new ToolFailureException(ToolFailureKind.InvalidArguments, "The path is not a relative path inside the thread.", e);
        }
        return bytes is null
            ? throw new ToolFailureException(ToolFailureKind.NotFound, "The thread has no file at this path.")
            : DocumentReader.Read(bytes, path);
    }
}
