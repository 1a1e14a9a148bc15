using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Tests.Models.Deployments;

/// <summary>A provider of chat completions on this machine that counts its calls.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private int underWay;

    private ChatServer(WebApplication app) => this.app = app;

    /// <summary>When each call came, what it asked for, and the status that it was answered with.</summary>
    public ConcurrentQueue<(DateTimeOffset At, string Goal, int Status)> Calls { get; } = new();

    public int MostAtOnce { get; private set; }

    /// <summary>Status and seconds of Retry-After for the call of a number, from 1.</summary>
    public Func<int, (int Status, int? RetryAfter)> Answer { get; set; } = _ => (200, null);

    public TimeSpan Latency { get; set; } = TimeSpan.Zero;

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/v1";

    public static async Task<ChatServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new ChatServer(builder.Build());
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        int status;
        int? retryAfter;
        lock (Calls)
        {
            underWay++;
            MostAtOnce = Math.Max(MostAtOnce, underWay);
            (status, retryAfter) = Answer(Calls.Count + 1);
            Calls.Enqueue((DateTimeOffset.UtcNow, (string?)body!["messages"]!.AsArray()[^1]!["content"] ?? "", status));
        }

        await Task.Delay(Latency);
        lock (Calls)
        {
            underWay--;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (retryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsync(status == 200
            ? """
              {"id":"r","object":"chat.completion","created":1,"model":"gpt","usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18},
               "choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"done"}}]}
              """
            : """{"error":{"code":"server_error","message":"No."}}""");
    }
}
