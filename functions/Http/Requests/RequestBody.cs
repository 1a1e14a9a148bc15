using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AgentFunctions.Http.Requests;

/// <summary>Reads bodies without trusting their declared length.</summary>
internal static class RequestBody
{
    private const int BufferSize = 64 * 1024;

    /// <summary>The whole body in memory.</summary>
    /// <exception cref="RequestRefusedException">It is larger than allowed.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, long maxBytes, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        await CopyAsync(request, memory, maxBytes, cancellationToken);
        return memory.ToArray();
    }

    /// <summary>Copies the body, and stops at the first byte too many.</summary>
    /// <exception cref="RequestRefusedException">It is larger than allowed.</exception>
    public static async Task CopyAsync(HttpRequest request, Stream target, long maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
        {
            throw RequestRefusedException.TooLarge(maxBytes);
        }

        var buffer = new byte[BufferSize];
        var total = 0L;
        int count;
        while ((count = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            total += count;
            if (total > maxBytes)
            {
                throw RequestRefusedException.TooLarge(maxBytes);
            }

            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    /// <summary>Refuses a body of another media type: a form of a foreign web page must not pass for a call.</summary>
    /// <exception cref="RequestRefusedException">The media type is another one or missing.</exception>
    public static void RequireType(HttpRequest request, params ReadOnlySpan<string> mediaTypes)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !mediaTypes.Contains(type.MediaType.Value!.ToLowerInvariant()))
        {
            throw new RequestRefusedException(
                StatusCodes.Status415UnsupportedMediaType,
                $"The Content-Type must be {string.Join(" or ", mediaTypes)}.",
                new FieldError("Content-Type", $"It must be {string.Join(" or ", mediaTypes)}."));
        }
    }
}
