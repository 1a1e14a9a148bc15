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
    public static IActionResult Ok(object value) => new Answer(StatusCodes.Status200OK, value);

    public static IActionResult Created(string location, object value) =>
        new Answer(StatusCodes.Status201Created, value, location: location);

    public static IActionResult Accepted(string location, object value) =>
        new Answer(StatusCodes.Status202Accepted, value, location: location);

    /// <summary>Answers with what the work returns, or with the problem that it throws.</summary>
    public static async Task<IActionResult> OfAsync(Func<Task<IActionResult>> work)
    {
        try
        {
            return await work();
        }
        catch (RequestRefusedException refused)
        {
            return Problem(refused.Status, refused.Message, refused.Errors);
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

        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, AgentJson.Options), http.RequestAborted);
    }

    private static Answer Problem(int status, string detail, IReadOnlyList<FieldError> errors) =>
        new(status, new ProblemDocument(ReasonPhrases.GetReasonPhrase(status), status, detail, errors), "application/problem+json");
}

/// <summary>A problem by RFC 9457; its type is <c>about:blank</c>.</summary>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What happened.</param>
/// <param name="Errors">The fields at fault.</param>
public sealed record ProblemDocument(string Title, int Status, string Detail, IReadOnlyList<FieldError> Errors);
