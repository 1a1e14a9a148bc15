using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace AgentFunctions.Http.Answers;

/// <summary>JSON lines, sent as they come.</summary>
internal sealed class JsonLines(IAsyncEnumerable<string> lines, string fileName) : IActionResult
{
    public const string MediaType = "application/x-ndjson";

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        http.Response.ContentType = MediaType;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        await foreach (var line in lines.WithCancellation(http.RequestAborted))
        {
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), http.RequestAborted);
        }
    }
}
