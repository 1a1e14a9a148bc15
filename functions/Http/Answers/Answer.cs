using System.Globalization;
using System.Text.Json;
using AgentFunctions.Agents;
using AgentFunctions.Files;
using AgentFunctions.Http.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace AgentFunctions.Http.Answers;

/// <summary>JSON over HTTP.</summary>
internal sealed class Answer(int status, object value, string contentType = "application/json", string? location = null) : IActionResult
{
    /// <summary>The entity tag (RFC 9110), with its quotes.</summary>
    public string? ETag { get; init; }

    private TimeSpan? RetryAfter { get; init; }

    public static IActionResult Ok(object value) => new Answer(StatusCodes.Status200OK, value);

    public static IActionResult Created(string location, object value) =>
        new Answer(StatusCodes.Status201Created, value, location: location);

    public static IActionResult Accepted(string location, object value) =>
        new Answer(StatusCodes.Status202Accepted, value, location: location);

    /// <summary>500, and nothing of why.</summary>
    public static IActionResult Failed() => Problem(StatusCodes.Status500InternalServerError, "The function failed. The app's log says why.", []);

    /// <summary>Answers with what the work returns, or with the problem that it throws.</summary>
    public static async Task<IActionResult> OfAsync(Func<Task<IActionResult>> work)
    {
        try
        {
            return await work();
        }
        catch (RequestRefusedException refused)
        {
            return Problem(refused);
        }
        catch (BadHttpRequestException bad)
        {
            // The server could not read the body: a broken chunk, or one that came too slowly or was too large for it.
            return Problem(bad.StatusCode, bad.Message, [new FieldError("body", bad.Message)]);
        }
        catch (UploadRefusedException refused)
        {
            return Problem(StatusCodes.Status400BadRequest, refused.Message, [new FieldError(refused.Field, refused.Problem)]);
        }
        catch (DefinitionException refused)
        {
            return Problem(
                StatusCodes.Status400BadRequest,
                refused.Message,
                [new FieldError(refused.Field, refused.Problem, refused.File, refused.Line)]);
        }
    }

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        if (location is not null)
        {
            http.Response.Headers.Location = location;
        }

        if (ETag is not null)
        {
            http.Response.Headers.ETag = ETag;
        }

        if (RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, AgentJson.Options), http.RequestAborted);
    }

    public static Answer Problem(RequestRefusedException refused) => new(
        refused.Status,
        new ProblemDocument(ReasonPhrases.GetReasonPhrase(refused.Status), refused.Status, refused.Message, refused.Errors)
        {
            CurrentVersion = refused.CurrentVersion,
        },
        "application/problem+json")
        {
            RetryAfter = refused.RetryAfter,
        };

    private static Answer Problem(int status, string detail, IReadOnlyList<FieldError> errors) =>
        new(status, new ProblemDocument(ReasonPhrases.GetReasonPhrase(status), status, detail, errors), "application/problem+json");
}

/// <summary>A problem by RFC 9457; its type is <c>about:blank</c>.</summary>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What happened.</param>
/// <param name="Errors">The fields at fault.</param>
public sealed record ProblemDocument(string Title, int Status, string Detail, IReadOnlyList<FieldError> Errors)
{
    /// <summary>The version that there is now, where another one was asked for; 0 for none.</summary>
    public long? CurrentVersion { get; init; }
}
