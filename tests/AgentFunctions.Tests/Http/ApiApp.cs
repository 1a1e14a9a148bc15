using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Tests.Http;

/// <summary>The function app on the local host, on a free port, with a data folder of its own.</summary>
public sealed class ApiApp : IAsyncLifetime
{
    private readonly TempFolder? own;
    private readonly string folder;
    private readonly string[] settings;
    private IHost? host;

    public ApiApp() : this(null)
    {
    }

    private ApiApp(string? folder, params string[] settings)
    {
        own = folder is null ? new TempFolder() : null;
        this.folder = folder ?? own!.Path;
        this.settings = settings;
    }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public IServiceProvider Services => host!.Services;

    /// <summary>The app over a folder that outlives it.</summary>
    public static async Task<ApiApp> StartAsync(string folder, params string[] settings)
    {
        var app = new ApiApp(folder, settings);
        await app.InitializeAsync();
        return app;
    }

    public async ValueTask InitializeAsync()
    {
        var builder = FunctionApp.CreateBuilder(["--urls=http://127.0.0.1:0", $"--DataDirectory={folder}", .. settings]).AddPack<HttpTestPack>();
        builder.Logging.ClearProviders();
        host = builder.Build();
        await host.StartAsync();
        Http.BaseAddress = new Uri(
            host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/api/");
    }

    /// <summary>Stops the host as its platform would; requests on their way may end first.</summary>
    public Task StopAsync() => host!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (host is not null)
        {
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        own?.Dispose();
    }

    public async Task<string> CreateThreadAsync(decimal budgetUsd = 1m)
    {
        var threadId = $"t-{Guid.NewGuid():N}";
        var (status, _) = await PostAsync("threads", new { threadId, tenant = "acme", budgetUsd });
        Assert.Equal(HttpStatusCode.Created, status);
        return threadId;
    }

    public async Task<string> StartRunAsync(string threadId, object body)
    {
        var (status, run) = await PostAsync($"threads/{threadId}/runs", body);
        Assert.True(status == HttpStatusCode.Accepted, run.ToJsonString());
        return (string)run["runId"]!;
    }

    public Task<(HttpStatusCode Status, JsonObject Body)> PostAsync(string path, object body) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(body));

    public Task<(HttpStatusCode Status, JsonObject Body)> PostJsonAsync(string path, string json) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<JsonObject> GetAsync(string path)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path);
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
        return body;
    }

    public async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(
            (int)response.StatusCode < 400 || response.Content.Headers.ContentType?.MediaType == "application/problem+json",
            $"{response.StatusCode} {response.Content.Headers.ContentType}: {text}");
        return (response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    public async Task<JsonObject> RunWhenAsync(string runId, Func<JsonObject, bool> isDone)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var run = await GetAsync($"runs/{runId}");
            if (isDone(run))
            {
                return run;
            }

            Assert.False(limit.IsCancellationRequested, $"It did not happen in time; the run is {run.ToJsonString()}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public Task<JsonObject> RunInAsync(string runId, string status) => RunWhenAsync(runId, run => (string)run["status"]! == status);
}
