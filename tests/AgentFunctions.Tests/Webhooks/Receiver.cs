using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Tests.Webhooks;

/// <summary>A webhook as it came in.</summary>
public sealed record Received(string Id, string Timestamp, string Signature, string? ContentType, byte[] Body)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string Type => (string)Json["type"]!;

    /// <summary>Whether one of its signatures was made with a secret.</summary>
    public bool IsSignedWith(string secret) => Signature.Split(' ').Contains(WebhookSignature.Sign(
        System.Text.Encoding.UTF8.GetBytes(secret), Id, long.Parse(Timestamp, CultureInfo.InvariantCulture), Body));
}

/// <summary>A system outside that is told by webhook, on a free port of this machine.</summary>
public sealed class Receiver : IAsyncDisposable
{
    public const string Secret = "a secret of this test, long enough";

    private readonly WebApplication app;
    private readonly ConcurrentQueue<Received> received = new();

    private Receiver(WebApplication app) => this.app = app;

    /// <summary>What it answers, by the number of the call from 1; by default 204.</summary>
    public Func<int, HttpResponse, HttpStatusCode> Answer { get; set; } = (_, _) => HttpStatusCode.NoContent;

    public IReadOnlyList<Received> All => [.. received];

    public string Url => app.Urls.Single() + "/hook?token=in-the-url";

    /// <summary>Settings with which the app tells it.</summary>
    public string[] Settings =>
    [
        $"--Webhooks:Targets:ops:Url={Url}", $"--Webhooks:Targets:ops:Secret={Secret}", "--Webhooks:Targets:ops:AllowPrivateNetwork=true",
        "--Webhooks:RetrySeconds=0.05",
    ];

    public static async Task<Receiver> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var receiver = new Receiver(builder.Build());
        receiver.app.MapPost("/hook", receiver.TakeAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>What came of a type, once so many have.</summary>
    public async Task<IReadOnlyList<Received>> OfAsync(string type, int count = 1)
    {
        await Runs.RuntimeApp.UntilAsync(() => All.Count(each => each.Type == type) >= count);
        return [.. All.Where(each => each.Type == type)];
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        received.Enqueue(new Received(
            headers[WebhookSignature.IdHeader].ToString(),
            headers[WebhookSignature.TimestampHeader].ToString(),
            headers[WebhookSignature.SignatureHeader].ToString(),
            context.Request.ContentType,
            body.ToArray()));
        context.Response.StatusCode = (int)Answer(received.Count, context.Response);
    }
}
