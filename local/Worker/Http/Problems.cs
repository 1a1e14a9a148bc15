using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AgentFunctions.Local.Worker.Http;

/// <summary>The host's own errors, as RFC 9457 problems.</summary>
internal static class Problems
{
    public static Task WriteAsync(HttpContext http, int status, string detail) => TypedResults
        .Problem(detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status))
        .ExecuteAsync(http);
}
