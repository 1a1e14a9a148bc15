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
    private int toHold;
    private int held;
    private int cutOff;

    private ChatServer(WebApplication app) => this.app = app;

    /// <summary>When each call came, what it asked for, and the status that it was answered with.</summary>
    public ConcurrentQueue<(DateTimeOffset At, string Goal, int Status)> Calls { get; } = new();

    public int MostAtOnce { get; private set; }

    /// <summary>Calls that are under way and get no answer.</summary>
    public int Held => Volatile.Read(ref held);

    /// <summary>Calls of which the caller was gone before there was an answer.</summary>
    public int CutOff => Volatile.Read(ref cutOff);

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

    /// <summary>Leaves so many of the next calls without an answer for as long as the caller is there.</summary>
    public void Hold(int calls)
    {
        lock (Calls)
        {
            toHold += calls;
        }
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

        if (await IsCutOffAsync(context.RequestAborted))
        {
            return;
        }

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

    private async Task<bool> IsCutOffAsync(CancellationToken aborted)
    {
        bool isHeld;
        lock (Calls)
        {
            isHeld = toHold > 0;
            toHold -= isHeld ? 1 : 0;
        }

        try
        {
            if (isHeld)
            {
                Interlocked.Increment(ref held);
                await Task.Delay(Timeout.InfiniteTimeSpan, aborted);
            }

            await Task.Delay(Latency, aborted);
            return false;
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref cutOff);
            lock (Calls)
            {
                underWay--;
            }

            return true;
        }
        finally
        {
            Interlocked.Add(ref held, isHeld ? -1 : 0);
        }
    }
}
