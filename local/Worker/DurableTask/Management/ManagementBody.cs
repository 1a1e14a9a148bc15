using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentFunctions.Local.Worker.DurableTask.Management;

/// <summary>Reads the body of a management request.</summary>
internal static class ManagementBody
{
    private const long Largest = 4 * 1024 * 1024;

    /// <summary>The body as JSON; null when it is empty.</summary>
    /// <exception cref="BadHttpRequestException">It is not JSON, or longer than 4 MB.</exception>
    public static async Task<JsonElement?> JsonAsync(HttpContext http)
    {
        var text = await TextAsync(http);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new BadHttpRequestException($"The body is not JSON: {error.Message}", error);
        }
    }

    /// <exception cref="BadHttpRequestException">It is longer than 4 MB.</exception>
    public static async Task<string> TextAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = Largest;
        }

        using var reader = new StreamReader(http.Request.Body);
        return await reader.ReadToEndAsync(http.RequestAborted);
    }
}
