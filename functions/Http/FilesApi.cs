using AgentFunctions.Files;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Http;

/// <summary>Files of threads.</summary>
public sealed class FilesApi(IThreadStore threads, IBlobStore blobs, FileIntake intake, HttpLimits limits)
{
    /// <summary>
    /// <c>POST /threads/{threadId}/files</c>: a ZIP as <c>application/zip</c>, a form with files, or one file of any other type
    /// with its path in <c>?path=</c>. All of it is stored or nothing.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(UploadFiles))]
    public Task<IActionResult> UploadFiles(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "threads/{threadId}/files")] HttpRequest request,
        string threadId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var thread = await threads.RequireAsync(request, threadId, cancellationToken);
            await using var upload = await Upload.ReceiveAsync(request, limits, cancellationToken);
            var files = upload.IsZip
                ? await intake.AddZipAsync(thread.ThreadId, upload.Body, cancellationToken)
                : await intake.AddAsync(thread.ThreadId, await upload.FilesAsync(cancellationToken), cancellationToken);
            return Answer.Created(
                $"/api/threads/{thread.ThreadId}/files", new FileList([.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]));
        });

    /// <summary><c>GET /threads/{threadId}/files</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListFiles))]
    public Task<IActionResult> ListFiles(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "threads/{threadId}/files")] HttpRequest request,
        string threadId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var thread = await threads.RequireAsync(request, threadId, cancellationToken);
            return Answer.Ok(new FileList(await threads.ListFilesAsync(thread.ThreadId, cancellationToken)));
        });

    /// <summary><c>GET /threads/{threadId}/files/{path}</c>: the content of one file.</summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(DownloadFile))]
    public Task<IActionResult> DownloadFile(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "threads/{threadId}/files/{*path}")] HttpRequest request,
        string threadId,
        string path,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var thread = await threads.RequireAsync(request, threadId, cancellationToken);
            if (FilePaths.Problem(path) is { } problem)
            {
                throw RequestRefusedException.BadRequest("path", $"The path {problem}");
            }

            return await threads.FindFileAsync(thread.ThreadId, path, cancellationToken) is { } found
                && await blobs.GetAsync(found.Sha256, cancellationToken) is { } content
                ? new FileAnswer(found, content)
                : throw RequestRefusedException.NotFound("path", $"The thread has no file '{path}'.");
        });
}
