using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Requests;

/// <summary>What is wrong with one field of a request.</summary>
/// <param name="Field">The field: a path in the body, a route value, a query parameter or a header.</param>
/// <param name="Problem">What is wrong, one sentence.</param>
/// <param name="File">The file at fault in a definition.</param>
/// <param name="Line">Its line, from 1.</param>
public sealed record FieldError(string Field, string Problem, string? File = null, int? Line = null);

/// <summary>A request that is answered with a problem document; nothing was created.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">What happened, one sentence.</param>
/// <param name="errors">The fields at fault.</param>
internal sealed class RequestRefusedException(int status, string detail, params IReadOnlyList<FieldError> errors) : Exception(detail)
{
    public int Status { get; } = status;

    public IReadOnlyList<FieldError> Errors { get; } = errors;

    /// <summary>The version that there is now, where another one was asked for.</summary>
    public long? CurrentVersion { get; init; }

    /// <summary>When the same request may be answered otherwise.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static RequestRefusedException BadRequest(params IReadOnlyList<FieldError> errors) => new(
        StatusCodes.Status400BadRequest,
        errors.Count == 1 ? $"{errors[0].Field}: {errors[0].Problem}" : $"{errors.Count} fields are wrong.",
        errors);

    public static RequestRefusedException BadRequest(string field, string problem) => BadRequest(new FieldError(field, problem));

    public static RequestRefusedException NotFound(string field, string problem) =>
        new(StatusCodes.Status404NotFound, problem, new FieldError(field, problem));

    public static RequestRefusedException Conflict(string field, string problem) =>
        new(StatusCodes.Status409Conflict, problem, new FieldError(field, problem));

    public static RequestRefusedException Unauthorized(string problem) =>
        new(StatusCodes.Status401Unauthorized, problem, new FieldError("principal", problem));

    public static RequestRefusedException Forbidden(string field, string problem) =>
        new(StatusCodes.Status403Forbidden, problem, new FieldError(field, problem));

    public static RequestRefusedException PreconditionFailed(string field, string problem, long currentVersion) =>
        new(StatusCodes.Status412PreconditionFailed, problem, new FieldError(field, problem)) { CurrentVersion = currentVersion };

    public static RequestRefusedException TooLarge(string field, string problem) =>
        new(StatusCodes.Status413PayloadTooLarge, problem, new FieldError(field, problem));

    public static RequestRefusedException TooMany(string field, string problem, TimeSpan retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, problem, new FieldError(field, problem)) { RetryAfter = retryAfter };

    public static RequestRefusedException Unavailable(string field, string problem, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, problem, new FieldError(field, problem)) { RetryAfter = retryAfter };

    public static RequestRefusedException TooLarge(long maxBytes)
    {
        var problem = FormattableString.Invariant($"The body is larger than {maxBytes} bytes.");
        return new(StatusCodes.Status413PayloadTooLarge, problem, new FieldError("body", problem));
    }
}
