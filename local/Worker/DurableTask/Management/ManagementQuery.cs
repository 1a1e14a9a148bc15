using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Local.Worker.DurableTask.Management;

/// <summary>Reads the query of a management request.</summary>
internal static class ManagementQuery
{
    private const string ContinuationTokenHeader = "x-ms-continuation-token";

    /// <summary>Where the page begins that is asked for. Ids may have characters that a header cannot, so that the token is escaped.</summary>
    public static string? ContinuationToken(HttpRequest request) =>
        request.Headers[ContinuationTokenHeader].FirstOrDefault() is { Length: > 0 } token ? Uri.UnescapeDataString(token) : null;

    /// <summary>Answers with the first page, and in a header with where the next one begins.</summary>
    public static async Task AnswerWithPageAsync<T>(HttpContext http, AsyncPageable<T> list, Func<T, JsonNode> show)
        where T : notnull
    {
        await foreach (var page in list.AsPages().WithCancellation(http.RequestAborted))
        {
            if (page.ContinuationToken is { } token)
            {
                http.Response.Headers[ContinuationTokenHeader] = Uri.EscapeDataString(token);
            }

            await http.Response.WriteAsJsonAsync(new JsonArray([.. page.Values.Select(show)]), http.RequestAborted);
            return;
        }
    }

    /// <exception cref="BadHttpRequestException">The value is not a time.</exception>
    public static DateTimeOffset? Time(HttpRequest request, string name) => request.Query[name].FirstOrDefault() switch
    {
        null or "" => null,
        var text when DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        _ => throw new BadHttpRequestException($"'{name}' is not a time."),
    };

    /// <exception cref="BadHttpRequestException">One is not a status.</exception>
    public static List<OrchestrationRuntimeStatus>? Statuses(HttpRequest request)
    {
        var names = request.Query["runtimeStatus"]
            .SelectMany(value => (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        return names.Count == 0 ? null : names.ConvertAll(Status);
    }

    public static bool Flag(HttpRequest request, string name, bool otherwise) =>
        bool.TryParse(request.Query[name].FirstOrDefault(), out var value) ? value : otherwise;

    /// <exception cref="BadHttpRequestException">It is not a number from 1 to 1000.</exception>
    public static int Top(HttpRequest request) => request.Query["top"].FirstOrDefault() switch
    {
        null or "" => OrchestrationQuery.DefaultPageSize,
        var text when int.TryParse(text, CultureInfo.InvariantCulture, out var top) && top is >= 1 and <= 1000 => top,
        _ => throw new BadHttpRequestException("'top' is not a number from 1 to 1000."),
    };

    private static OrchestrationRuntimeStatus Status(string name) =>
        Enum.TryParse<OrchestrationRuntimeStatus>(name, ignoreCase: true, out var status) && Enum.IsDefined(status)
            ? status
            : throw new BadHttpRequestException($"'{name}' is not a runtime status.");
}
