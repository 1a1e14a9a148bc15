using AgentFunctions.Files;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace AgentFunctions.Http.Requests;

/// <summary>An upload on its way in: its body lies in a file of its own, which is gone when this is disposed.</summary>
internal sealed class Upload : IAsyncDisposable
{
    private static readonly string[] ZipTypes = ["application/zip", "application/x-zip-compressed", "application/x-zip"];

    private readonly HttpRequest request;
    private readonly MediaTypeHeaderValue type;

    private Upload(HttpRequest request, MediaTypeHeaderValue type, Stream body) =>
        (this.request, this.type, Body) = (request, type, body);

    public bool IsZip => ZipTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase);

    public Stream Body { get; }

    /// <exception cref="RequestRefusedException">It is too large, or has no type.</exception>
    public static async Task<Upload> ReceiveAsync(HttpRequest request, HttpLimits limits, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw new RequestRefusedException(
                StatusCodes.Status415UnsupportedMediaType,
                "An upload needs a Content-Type: application/zip, multipart/form-data, or that of the file.",
                new FieldError("Content-Type", "It is missing or malformed."));
        }

        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), $"upload-{Guid.NewGuid():N}"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            });
        try
        {
            await RequestBody.CopyAsync(request, file, limits.MaxBodyBytes, cancellationToken);
            file.Position = 0;
            return new Upload(request, type, file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>The files of a form, or the one file that the body is.</summary>
    /// <exception cref="UploadRefusedException">The form is malformed, or a file has no name.</exception>
    public async Task<IReadOnlyList<(string Path, byte[] Content)>> FilesAsync(CancellationToken cancellationToken)
    {
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return await FormFilesAsync(cancellationToken);
        }

        var path = request.Query.Text("path")
            ?? throw new UploadRefusedException("path", "A file that is no ZIP needs its path in the query, such as ?path=notes/a.txt.");
        return [(path, await ReadAsync(Body, cancellationToken))];
    }

    public ValueTask DisposeAsync() => Body.DisposeAsync();

    private async Task<IReadOnlyList<(string Path, byte[] Content)>> FormFilesAsync(CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
        {
            throw new UploadRefusedException("Content-Type", "The form names no boundary.");
        }

        var files = new List<(string Path, byte[] Content)>();
        try
        {
            var form = new MultipartReader(boundary, Body);
            while (await form.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (NameOf(section) is { } name)
                {
                    files.Add((name, await ReadAsync(section.Body, cancellationToken)));
                }
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new UploadRefusedException("body", "The form is malformed or cut off.");
        }

        return files.Count > 0 ? files : throw new UploadRefusedException("body", "The form holds no file.");
    }

    private static string? NameOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) && disposition.IsFileDisposition()
            ? HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value
            : null;

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory, cancellationToken);
        return memory.ToArray();
    }
}
