using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Tests.Telemetry;

/// <summary>A span as it came in.</summary>
internal sealed record SeenSpan(
    string TraceId, string SpanId, string ParentId, string Name, int Kind, TimeSpan Duration, bool IsError, IReadOnlyDictionary<string, object?> Attributes,
    IReadOnlyList<string> Links)
{
    public object? this[string name] => Attributes.GetValueOrDefault(name);

    public string Text => $"{Name} {string.Join(' ', Attributes.Select(each => $"{each.Key}={each.Value}"))}";
}

/// <summary>A log record as it came in.</summary>
internal sealed record SeenLog(string TraceId, string SpanId, string Body, IReadOnlyDictionary<string, object?> Attributes);

/// <summary>What both exports send to, on this machine: an OTLP receiver over HTTP and the ingestion of Application Insights.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;

    private Collector(WebApplication app) => this.app = app;

    public ConcurrentQueue<SeenSpan> Spans { get; } = new();

    public ConcurrentQueue<SeenLog> Logs { get; } = new();

    public ConcurrentQueue<string> Metrics { get; } = new();

    /// <summary>Items of Application Insights.</summary>
    public ConcurrentQueue<JsonObject> Items { get; } = new();

    /// <summary>The settings with which an app sends to it.</summary>
    public string[] Settings =>
    [
        $"--OTEL_EXPORTER_OTLP_ENDPOINT={Address}",
        "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        $"--APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={Address}/;LiveEndpoint={Address}/",
    ];

    private string Address => app.Urls.Single();

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var collector = new Collector(server);
        server.Run(collector.TakeAsync);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        var body = await BodyAsync(http.Request);
        switch (http.Request.Path.Value)
        {
            case "/v1/traces":
                ProtoMessage.Parse(body).Messages(1, 2, 2).Select(Span).ToList().ForEach(Spans.Enqueue);
                break;
            case "/v1/logs":
                ProtoMessage.Parse(body).Messages(1, 2, 2).Select(Log).ToList().ForEach(Logs.Enqueue);
                break;
            case "/v1/metrics":
                ProtoMessage.Parse(body).Messages(1, 2, 2).Select(metric => metric.Text(1)).ToList().ForEach(Metrics.Enqueue);
                break;
            case { } path when path.EndsWith("/track", StringComparison.Ordinal):
                var items = System.Text.Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                items.Select(item => JsonNode.Parse(item)!.AsObject()).ToList().ForEach(Items.Enqueue);
                await http.Response.WriteAsJsonAsync(new { itemsReceived = items.Length, itemsAccepted = items.Length, errors = Array.Empty<object>() });
                break;
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        using var content = new MemoryStream();
        await using var source = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        await source.CopyToAsync(content);
        return content.ToArray();
    }

    private static SeenSpan Span(ProtoMessage span) => new(
        Convert.ToHexStringLower(span.Bytes(1)),
        Convert.ToHexStringLower(span.Bytes(2)),
        Convert.ToHexStringLower(span.Bytes(4)),
        span.Text(5),
        (int)span.Number(6),
        TimeSpan.FromTicks((long)((span.Number(8) - span.Number(7)) / 100)),
        span.Messages(15).Any(status => status.Number(3) == 2),
        span.Attributes(9),
        [.. span.Messages(13).Select(link => Convert.ToHexStringLower(link.Bytes(2)))]);

    private static SeenLog Log(ProtoMessage log) => new(
        Convert.ToHexStringLower(log.Bytes(9)),
        Convert.ToHexStringLower(log.Bytes(10)),
        log.Messages(5).Select(body => body.Text(1)).FirstOrDefault() ?? "",
        log.Attributes(6));
}
