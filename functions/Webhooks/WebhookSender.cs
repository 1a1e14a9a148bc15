using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using AgentFunctions.Networking;

namespace AgentFunctions.Webhooks;

/// <summary>What a target has answered.</summary>
/// <param name="Status">The HTTP status; <see langword="null"/> where there was no answer.</param>
/// <param name="Problem">Why it is not delivered, without URL and secrets; <see langword="null"/> where it is.</param>
/// <param name="RetryAfter">How long the target asks to wait.</param>
internal sealed record WebhookAnswer(HttpStatusCode? Status, string? Problem, TimeSpan? RetryAfter);

/// <summary>Sends signed webhooks. Nothing of an answer but its status and <c>Retry-After</c> is read.</summary>
/// <param name="settings">The settings.</param>
/// <param name="time">The clock.</param>
internal sealed class WebhookSender(WebhookSettings settings, TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker open = new(GuardedHandler.Create(allowPrivate: false));
    private readonly HttpMessageInvoker inside = new(GuardedHandler.Create(allowPrivate: true));

    /// <summary>Makes one attempt.</summary>
    /// <param name="target">The target.</param>
    /// <param name="sent">What it is told.</param>
    /// <param name="cancellationToken">Ends the attempt; then, and only then, this throws.</param>
    public async Task<WebhookAnswer> PostAsync(WebhookTarget target, WebhookEvent sent, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(settings.Timeout);
        try
        {
            using var request = Request(target, sent);
            using var response = await (target.AllowPrivateNetwork ? inside : open).SendAsync(request, limited.Token);
            return new WebhookAnswer(
                response.StatusCode,
                response.IsSuccessStatusCode ? null : FormattableString.Invariant($"It answered {(int)response.StatusCode}."),
                Asked(response.Headers.RetryAfter));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Lost(FormattableString.Invariant($"It did not answer within {settings.Timeout.TotalSeconds} seconds."));
        }
        catch (HttpRequestException error)
        {
            return Lost(error.InnerException is AddressRefusedException
                ? "Its address may not be connected to."
                : $"It could not be reached: {error.HttpRequestError}.");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        open.Dispose();
        inside.Dispose();
    }

    private static WebhookAnswer Lost(string problem) => new(Status: null, problem, RetryAfter: null);

    private HttpRequestMessage Request(WebhookTarget target, WebhookEvent sent)
    {
        var body = sent.Body();
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("AgentFunctions", null));
        request.Headers.Add(WebhookSignature.IdHeader, sent.EventId);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(
            WebhookSignature.SignatureHeader,
            string.Join(' ', target.Secrets.Select(secret => WebhookSignature.Sign(secret, sent.EventId, timestamp, body))));
        return request;
    }

    private TimeSpan? Asked(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}
