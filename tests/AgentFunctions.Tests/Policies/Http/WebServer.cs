using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Tests.Policies.Http;

/// <summary>One request that reached the server.</summary>
public sealed record SeenRequest(string Method, string Path, string Host, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A web server on this machine, on a free port, that remembers what reached it.</summary>
public sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<SeenRequest> seen = new();

    private WebServer(WebApplication app) => this.app = app;

    public int Port => new Uri(app.Urls.Single()).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    public IReadOnlyList<SeenRequest> Seen => [.. seen];

    public static async Task<WebServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new WebServer(builder.Build());
        server.app.Run(async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            server.seen.Enqueue(new SeenRequest(
                context.Request.Method,
                context.Request.Path,
                context.Request.Host.Value!,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body));
            await answer(context);
        });
        await server.app.StartAsync();
        return server;
    }

    public static Task<WebServer> AnsweringAsync(string text, int status = 200, string type = "text/plain") => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    });

    public static Task<WebServer> RedirectingAsync(string location, int status = 302) => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    });

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
