using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Reads requests.</summary>
public static class HttpRequestDataExtensions
{
    /// <summary>A response with a status.</summary>
    /// <param name="request">The request.</param>
    /// <param name="statusCode">The status.</param>
    public static HttpResponseData CreateResponse(this HttpRequestData request, HttpStatusCode statusCode)
    {
        ArgumentNullException.ThrowIfNull(request);
        var response = request.CreateResponse();
        response.StatusCode = statusCode;
        return response;
    }

    /// <summary>The body as text.</summary>
    /// <param name="request">The request.</param>
    /// <param name="encoding">The encoding; UTF-8 when null.</param>
    public static async Task<string?> ReadAsStringAsync(this HttpRequestData request, Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var reader = new StreamReader(request.Body, encoding ?? Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    /// <summary>The body, from JSON.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="JsonException">The body is not such JSON.</exception>
    public static ValueTask<T?> ReadFromJsonAsync<T>(this HttpRequestData request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return JsonSerializer.DeserializeAsync<T>(request.Body, HttpJson.OptionsOf(request.FunctionContext), cancellationToken);
    }
}

/// <summary>Writes responses.</summary>
public static class HttpResponseDataExtensions
{
    /// <summary>Writes a text.</summary>
    /// <param name="response">The response.</param>
    /// <param name="value">The text.</param>
    /// <param name="encoding">The encoding; UTF-8 when null.</param>
    public static Task WriteStringAsync(this HttpResponseData response, string value, Encoding? encoding = null) =>
        WriteStringAsync(response, value, CancellationToken.None, encoding);

    /// <summary>Writes a text.</summary>
    /// <param name="response">The response.</param>
    /// <param name="value">The text.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <param name="encoding">The encoding; UTF-8 when null.</param>
    public static Task WriteStringAsync(
        this HttpResponseData response, string value, CancellationToken cancellationToken, Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Body.WriteAsync((encoding ?? Encoding.UTF8).GetBytes(value), cancellationToken).AsTask();
    }

    /// <summary>Writes JSON and says so in the header.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="response">The response.</param>
    /// <param name="instance">The value.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public static ValueTask WriteAsJsonAsync<T>(this HttpResponseData response, T instance, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.Headers.Remove("Content-Type");
        response.Headers.Add("Content-Type", "application/json; charset=utf-8");
        return new ValueTask(JsonSerializer.SerializeAsync(response.Body, instance, HttpJson.OptionsOf(response.FunctionContext), cancellationToken));
    }
}

/// <summary>How the app serializes.</summary>
internal static class HttpJson
{
    public static JsonSerializerOptions OptionsOf(FunctionContext context) =>
        context.InstanceServices.GetRequiredService<IOptions<JsonSerializerOptions>>().Value;
}
