using System.ComponentModel;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Policies.Http;

namespace AgentFunctions.Tools.Http;

/// <summary>The methods of <see cref="HttpTools"/>.</summary>
public enum HttpVerb
{
    /// <summary>GET.</summary>
    Get,

    /// <summary>HEAD.</summary>
    Head,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>PATCH.</summary>
    Patch,

    /// <summary>DELETE.</summary>
    Delete,
}

/// <summary>What a server answered.</summary>
/// <param name="Status">The HTTP status, 200 to 299, or 304.</param>
/// <param name="ContentType">The media type of the body, if there is one.</param>
/// <param name="Body">JSON as it is, other text as a string, nothing as <see langword="null"/>.</param>
public sealed record HttpAnswer(int Status, string? ContentType, JsonNode? Body);

/// <summary>The built-in tool <c>http_request</c>. It goes where the agent's policy allows; no policy, no destination.</summary>
/// <param name="settings">Limits.</param>
public sealed class HttpTools(HttpToolSettings settings)
{
    /// <summary>The tool's name.</summary>
    public const string Name = "http_request";

    /// <summary>The argument that holds the URL.</summary>
    public const string UrlArgument = "url";

    /// <summary>Headers by which a request could be made into another one, or that the runtime sets itself.</summary>
    private static readonly string[] Reserved =
    [
        "Connection", "Content-Length", "Expect", "Host", "Idempotency-Key", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE",
        "Trailer", "Transfer-Encoding", "Upgrade", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
    ];

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Makes a request. Changing ones carry the call's idempotency key as <c>Idempotency-Key</c>, the same over retries and crashes.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">The URL.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">More headers.</param>
    /// <param name="context">Where the call stands.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">The request was denied, or its answer is a failure.</exception>
    [Description("Makes an HTTP request to a destination that the policy allows, and answers with its status and body.")]
    public async Task<HttpAnswer> HttpRequest(
        [Description("The method.")] HttpVerb method,
        [Description("The absolute http or https URL.")] string url,
        [Description("The body, sent as JSON; not with get and head.")] JsonNode? body = null,
        [Description("More request headers by name.")] Dictionary<string, string>? headers = null,
        ToolContext? context = null,
        CancellationToken cancellationToken = default)
    {
        using var request = Request(method, url, body, headers, context!.IdempotencyKey);
        try
        {
            using var response = await context.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            Require(response);
            return await AnswerAsync(response, cancellationToken);
        }
        catch (OperationCanceledException error) when (error.InnerException is TimeoutException)
        {
            throw new ToolFailureException(ToolFailureKind.Timeout, "The server did not answer in time.", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new ToolFailureException(ToolFailureKind.Unavailable, "The server cannot be reached, or broke off its answer.", error);
        }
    }

    private static HttpRequestMessage Request(
        HttpVerb method, string url, JsonNode? body, Dictionary<string, string>? headers, string idempotencyKey)
    {
        var target = WebUrl.Read(url, out var problem) ?? throw Invalid($"'{UrlArgument}' is wrong: {problem}");
        var isSafe = method is HttpVerb.Get or HttpVerb.Head;
        if (isSafe && body is not null)
        {
            throw Invalid("A get or head request has no body.");
        }

        var request = new HttpRequestMessage(new HttpMethod(method.ToString().ToUpperInvariant()), target);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(AgentJson.Options), Encoding.UTF8, MediaTypeNames.Application.Json);
        }

        foreach (var (name, value) in headers ?? [])
        {
            if (Array.Exists(Reserved, reserved => reserved.Equals(name, StringComparison.OrdinalIgnoreCase)) || !TryAdd(request, name, value))
            {
                throw Invalid($"The header '{name}' may not be set, or not to this value.");
            }
        }

        if (!isSafe)
        {
            request.Headers.Add("Idempotency-Key", $"\"{idempotencyKey}\"");
        }

        return request;
    }

    private static bool TryAdd(HttpRequestMessage request, string name, string value)
    {
        try
        {
            request.Headers.Add(name, value);
            return true;
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or ArgumentException)
        {
            // A line break in it, no name of a header, or one of the content's.
            return false;
        }
    }

    /// <summary>What a status says about trying again.</summary>
    private static void Require(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
        {
            return;
        }

        var kind = response.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone => ToolFailureKind.NotFound,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ToolFailureKind.Denied,
            HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => ToolFailureKind.Timeout,
            HttpStatusCode.TooManyRequests => ToolFailureKind.RateLimited,
            _ when status >= 500 => ToolFailureKind.Unavailable,
            _ when status >= 400 => ToolFailureKind.InvalidArguments,
            _ => ToolFailureKind.Unreadable,
        };
        throw new ToolFailureException(kind, FormattableString.Invariant($"The server answered {status}."));
    }

    private async Task<HttpAnswer> AnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var type = response.Content.Headers.ContentType;
        var bytes = await ReadAsync(response.Content, cancellationToken);
        var status = (int)response.StatusCode;
        return bytes.Length == 0
            ? new HttpAnswer(status, type?.MediaType, Body: null)
            : new HttpAnswer(status, type?.MediaType, IsJson(type) ? Json(bytes) : JsonValue.Create(Text(bytes)));
    }

    private async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[81_920];
        while (await stream.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            // Counted after unpacking, so that a small answer does not unpack to a large one.
            if (read.Length + count > settings.MaxResponseBytes)
            {
                throw new ToolFailureException(
                    ToolFailureKind.Unreadable, FormattableString.Invariant($"The answer is larger than {settings.MaxResponseBytes} bytes."));
            }

            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    private static bool IsJson(MediaTypeHeaderValue? type) =>
        type?.MediaType is { } media && (media == MediaTypeNames.Application.Json || media.EndsWith("+json", StringComparison.Ordinal));

    private static JsonNode? Json(byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(Text(bytes), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException error)
        {
            throw new ToolFailureException(ToolFailureKind.Unreadable, "The answer says that it is JSON, but is not.", error);
        }
    }

    private static string Text(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new ToolFailureException(ToolFailureKind.Unreadable, "The answer is not UTF-8 text.", error);
        }
    }

    private static ToolFailureException Invalid(string problem) => new(ToolFailureKind.InvalidArguments, problem);
}
