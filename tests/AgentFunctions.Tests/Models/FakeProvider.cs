using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Tests.Models;

/// <summary>An HTTP server that answers as the chat completions API does, or as it is told.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string Key = "sk-very-secret-key-0123456789";

    private readonly WebApplication app;

    private FakeProvider(WebApplication app) => this.app = app;

    public List<(string Path, string? Key, JsonNode Body)> Requests { get; } = [];

    public int Status { get; set; } = 200;

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public string Body { get; set; } =
        """
        {"id":"r1","object":"chat.completion","created":1,"model":"gpt","usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18},
         "choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,
           "tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{\"left\":1}"}}]}}]}
        """;

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<FakeProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var provider = new FakeProvider(builder.Build());
        provider.app.Run(provider.AnswerAsync);
        await provider.app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        var key = context.Request.Headers["api-key"].FirstOrDefault() ?? context.Request.Headers.Authorization.FirstOrDefault();
        lock (Requests)
        {
            Requests.Add((context.Request.Path, key, body!));
        }

        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(Body);
    }
}
