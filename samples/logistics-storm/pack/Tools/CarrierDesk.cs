using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AgentFunctions;

namespace LogisticsStorm.Tools;

/// <summary>The carriers' HTTP API, through the client that the policy of the call guards.</summary>
/// <param name="settings">Where it is.</param>
public sealed class CarrierDesk(StormSettings settings)
{
    /// <summary>Sends a request that changes something, under the call's idempotency key, and reads the answer.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="context">The call.</param>
    /// <param name="path">Below the desk's URL.</param>
    /// <param name="body">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">It failed; the kind says whether to try again.</exception>
    public Task<T> PostAsync<T>(ToolContext context, string path, object body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.CarriersUrl, path))
        {
            Content = JsonContent.Create(body, body.GetType(), options: JsonSerializerOptions.Web),
        };
        request.Headers.Add("Idempotency-Key", $"\"{context.IdempotencyKey}\"");
        return SendAsync<T>(context, request, cancellationToken);
    }

    /// <summary>Reads something.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="context">The call.</param>
    /// <param name="path">Below the desk's URL.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">It failed; the kind says whether to try again.</exception>
    public Task<T> GetAsync<T>(ToolContext context, string path, CancellationToken cancellationToken) =>
        SendAsync<T>(context, new HttpRequestMessage(HttpMethod.Get, new Uri(settings.CarriersUrl, path)), cancellationToken);

    private static async Task<T> SendAsync<T>(ToolContext context, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            try
            {
                using var response = await context.Http.SendAsync(request, cancellationToken);
                Require(response.StatusCode);
                return await response.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, cancellationToken)
                    ?? throw new JsonException("The answer is null.");
            }
            catch (OperationCanceledException error) when (error.InnerException is TimeoutException)
            {
                throw new ToolFailureException(ToolFailureKind.Timeout, "The carrier did not answer in time.", error);
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                throw new ToolFailureException(ToolFailureKind.Unavailable, "The carrier cannot be reached, or broke off its answer.", error);
            }
            catch (Exception error) when (error is JsonException or NotSupportedException)
            {
                throw new ToolFailureException(ToolFailureKind.Unreadable, "The carrier's answer cannot be read.", error);
            }
        }
    }

    private static void Require(HttpStatusCode status)
    {
        if ((int)status is >= 200 and < 300)
        {
            return;
        }

        var kind = status switch
        {
            HttpStatusCode.NotFound => ToolFailureKind.NotFound,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ToolFailureKind.Denied,
            HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => ToolFailureKind.Timeout,
            HttpStatusCode.TooManyRequests => ToolFailureKind.RateLimited,
            >= HttpStatusCode.InternalServerError => ToolFailureKind.Unavailable,
            >= HttpStatusCode.BadRequest => ToolFailureKind.InvalidArguments,
            _ => ToolFailureKind.Unreadable,
        };
        throw new ToolFailureException(kind, FormattableString.Invariant($"The carrier answered {(int)status}."));
    }
}
