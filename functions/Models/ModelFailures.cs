using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using AgentFunctions.Models.Simulated;
using Azure;
using Azure.Identity;

namespace AgentFunctions.Models;

/// <summary>Says what the errors of model clients mean. No provider's text is handed on: it can quote keys and prompts.</summary>
internal static class ModelFailures
{
    private const int TooManyRequests = 429;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>What an error means.</summary>
    /// <param name="exception">What the client threw.</param>
    /// <param name="now">The time that a date in Retry-After is held against.</param>
    public static ModelFailure Classify(Exception exception, DateTimeOffset now) => exception switch
    {
        SimulatedModelException simulated => simulated.Failure,
        ScriptException script => new("error", script.Message, IsTransient: false, RetryAfter: null),
        AggregateException { InnerExceptions: [var only] } => Classify(only, now),
        ClientResultException { Status: not 0 } client => OfStatus(client.Status, Code(client), RetryAfter(client, now)),
        RequestFailedException { Status: not 0 } request => OfStatus(request.Status, code: null, retryAfter: null),
        AuthenticationFailedException => new(
            "unauthorized", "The app's identity could not get a token for the model provider.", IsTransient: false, RetryAfter: null),
        OperationCanceledException or TimeoutException => new("timeout", "The model did not answer in time.", IsTransient: true, RetryAfter: null),
        HttpRequestException or IOException or SocketException or ClientResultException or RequestFailedException => new(
            "unavailable", "The model provider could not be reached.", IsTransient: true, RetryAfter: null),
        JsonException => new("error", "The model provider's answer could not be read.", IsTransient: true, RetryAfter: null),
        ArgumentException or NotSupportedException => new(
            "invalidRequest", $"The request could not be made ({exception.GetType().Name}).", IsTransient: false, RetryAfter: null),
        _ => new("error", $"Unexpected error of the model client ({exception.GetType().Name}).", IsTransient: true, RetryAfter: null),
    };

    private static ModelFailure OfStatus(int status, string? code, TimeSpan? retryAfter)
    {
        var detail = string.Create(CultureInfo.InvariantCulture, $"HTTP {status}{(code is null ? "" : $", {code}")}");
        return (status, code) switch
        {
            (TooManyRequests, "insufficient_quota") => new("rateLimited", $"The model provider's quota is used up ({detail}).", IsTransient: false, retryAfter),
            (TooManyRequests, _) => new("rateLimited", $"The model provider refused for load ({detail}).", IsTransient: true, retryAfter),
            (408, _) => new("timeout", $"The model did not answer in time ({detail}).", IsTransient: true, retryAfter),
            (401 or 403, _) => new("unauthorized", $"The model provider refused the credentials ({detail}).", IsTransient: false, RetryAfter: null),
            (404, _) => new("notFound", $"The model provider has no such deployment ({detail}).", IsTransient: false, RetryAfter: null),
            (409 or >= 500, _) => new("unavailable", $"The model provider failed ({detail}).", IsTransient: true, retryAfter),
            _ => new("invalidRequest", $"The model provider refused the request ({detail}).", IsTransient: false, RetryAfter: null),
        };
    }

    private static TimeSpan? RetryAfter(ClientResultException exception, DateTimeOffset now)
    {
        var headers = exception.GetRawResponse()?.Headers;
        var wait = Milliseconds(headers, "retry-after-ms") ?? Milliseconds(headers, "x-ms-retry-after-ms") ?? Seconds(headers, now);
        return wait is { } value && value >= TimeSpan.Zero ? TimeSpan.FromTicks(Math.Min(value.Ticks, LongestWait.Ticks)) : null;
    }

    private static TimeSpan? Milliseconds(PipelineResponseHeaders? headers, string name) =>
        headers?.TryGetValue(name, out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    private static TimeSpan? Seconds(PipelineResponseHeaders? headers, DateTimeOffset now)
    {
        if (headers?.TryGetValue("Retry-After", out var text) != true)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - now
            : null;
    }

    /// <summary>The provider's error code, when it is a plain word and so cannot carry a secret or a prompt.</summary>
    private static string? Code(ClientResultException exception)
    {
        try
        {
            var content = exception.GetRawResponse()?.Content.ToMemory() ?? default;
            using var document = JsonDocument.Parse(content);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String
                && code.GetString() is { Length: > 0 and <= 40 } word && word.All(character => char.IsAsciiLetter(character) || character == '_')
                    ? word
                    : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Not every gateway answers in JSON, and a streamed body may be gone; the status says enough.
            return null;
        }
    }
}
