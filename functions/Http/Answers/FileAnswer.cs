using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace AgentFunctions.Http.Answers;

/// <summary>A file's bytes. Uploads are hostile: only plain text and JSON keep their type, and no browser may guess another.</summary>
internal sealed class FileAnswer(ThreadFile file, byte[] content) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Path[(file.Path.LastIndexOf('/') + 1)..]);
        http.Response.ContentType = TypeOf(file.Path);
        http.Response.ContentLength = content.Length;
        http.Response.Headers.ETag = $"\"{file.Sha256}\"";
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await http.Response.Body.WriteAsync(content, http.RequestAborted);
    }

    private static string TypeOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".json" => "application/json",
        ".md" => "text/markdown; charset=utf-8",
        ".txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
}
