using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Local.Worker.Http;

/// <summary>Reads a request's JSON body.</summary>
internal static class HttpBodyReader
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <exception cref="BadHttpRequestException">The body does not fit the type.</exception>
    public static async ValueTask<object?> ReadAsync(HttpContext http, Type type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, Options, http.RequestAborted);
        }
        catch (JsonException error)
        {
            throw new BadHttpRequestException($"The body is not the JSON that is expected here: {error.Message}", error);
        }
    }
}
