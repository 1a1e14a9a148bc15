using AgentFunctions.Http.Answers;
using AgentFunctions.Http.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Http;

/// <summary>The API's description.</summary>
public static class OpenApiApi
{
    /// <summary><c>GET /openapi.json</c>: OpenAPI 3.1. Open to all.</summary>
    /// <param name="request">The request.</param>
    [Function(nameof(GetOpenApi))]
    public static IActionResult GetOpenApi(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        Answer.Ok(OpenApiDocument.Create());
}
