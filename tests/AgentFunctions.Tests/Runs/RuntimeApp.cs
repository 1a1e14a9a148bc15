using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AgentFunctions.Tests.Runs;

/// <summary>The function app with one test's pack on the local host: a free port, SQLite, a folder of its own.</summary>
public sealed class RuntimeApp : IAsyncDisposable
{
    /// <summary>A setting by which the key that every call brings stands for all tenants.</summary>
    public static readonly string OperatorKey = $"--Tenants:Keys=*={Convert.ToHexString(SHA256.HashData("operator"u8))}";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempFolder? own;
    private readonly IHost host;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };

    private RuntimeApp(TempFolder? own, IHost host, Probe tools) => (this.own, this.host, Tools) = (own, host, tools);

    public Probe Tools { get; }

    /// <summary>For what needs more of an answer than its status and body.</summary>
    public HttpClient Http => http;

    public static CancellationToken Ended => TestContext.Current.CancellationToken;

    /// <summary>Starts the app.</summary>
    /// <param name="pack">The agents.</param>
    /// <param name="folder">A data folder that outlives the app; by default it has one of its own.</param>
    /// <param name="settings">Settings, as on the command line.</param>
    public static Task<RuntimeApp> StartAsync(TestPack pack, string? folder = null, params string[] settings) =>
        StartAsync(pack, folder, log: null, settings);

    /// <summary>Starts the app with other services.</summary>
    /// <param name="pack">The agents.</param>
    /// <param name="services">Changes the services.</param>
    /// <param name="settings">Settings, as on the command line.</param>
    public static Task<RuntimeApp> StartAsync(TestPack pack, Action<IServiceCollection> services, params string[] settings) =>
        StartAsync(pack, folder: null, log: null, time: null, services, settings);

    /// <summary>Starts the app.</summary>
    /// <param name="pack">The agents.</param>
    /// <param name="folder">A data folder that outlives the app; by default it has one of its own.</param>
    /// <param name="log">What it logs to.</param>
    /// <param name="settings">Settings, as on the command line.</param>
    public static Task<RuntimeApp> StartAsync(TestPack pack, string? folder, ILoggerProvider? log, params string[] settings) =>
        StartAsync(pack, folder, log, time: null, services: null, settings);

    /// <summary>Starts the app.</summary>
    /// <param name="pack">The agents.</param>
    /// <param name="folder">A data folder that outlives the app; by default it has one of its own.</param>
    /// <param name="time">Its clock.</param>
    public static Task<RuntimeApp> StartAsync(TestPack pack, string? folder, TimeProvider time) =>
        StartAsync(pack, folder, log: null, time, services: null, []);

    private static async Task<RuntimeApp> StartAsync(
        TestPack pack, string? folder, ILoggerProvider? log, TimeProvider? time, Action<IServiceCollection>? services, string[] settings)
    {
        var temporary = folder is null ? new TempFolder() : null;
        var data = folder ?? temporary!.Path;
        pack.Write(Path.Combine(data, "pack"));
        var tools = new Probe();
        if (pack.Answer is { } answer)
        {
            tools.Answers(answer);
        }

        var builder = FunctionApp.CreateBuilder(
            ["--urls=http://127.0.0.1:0", $"--DataDirectory={data}", $"--Models:Table={data}/pack/models.yaml", .. settings]);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddSingleton(tools);
        builder.Services.AddSingleton<ClientBox>();
        new PackBuilder(builder.Services).AddTools<ProbeTools>().AddTools<WorkshopTools>().AddDefinitions(Path.Combine(data, "pack"));
        services?.Invoke(builder.Services);
        // Not all of them: telemetry that a test has switched on is to come out.
        foreach (var console in builder.Services.Where(service => service.ImplementationType == typeof(ConsoleLoggerProvider)).ToList())
        {
            builder.Services.Remove(console);
        }

        if (log is not null)
        {
            builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        }

        var app = new RuntimeApp(temporary, builder.Build(), tools);
        await app.host.StartAsync(Ended);
        var addresses = app.host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        app.http.DefaultRequestHeaders.Add("x-functions-key", "operator");
        app.http.BaseAddress = new Uri($"{addresses.Single()}/api/");
        await app.PostAsync(HandsOutTheClient.Route);
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)host).DisposeAsync();
        own?.Dispose();
    }

    /// <summary>Creates a thread, where it does not exist yet, and returns its id.</summary>
    public async Task<string> ThreadAsync(decimal budgetUsd = 100m, string threadId = "case")
    {
        var (status, body) = await PostAsync("threads", new { threadId, tenant = "acme", budgetUsd });
        Assert.True(status is HttpStatusCode.Created or HttpStatusCode.OK, body.ToJsonString());
        return threadId;
    }

    /// <summary>Starts a run and returns its id.</summary>
    public async Task<string> RunAsync(object body, string? threadId = null, string? idempotencyKey = null)
    {
        var (status, run) = await PostAsync($"threads/{threadId ?? await ThreadAsync()}/runs", body, idempotencyKey);
        Assert.True(status == HttpStatusCode.Accepted, run.ToJsonString());
        return (string)run["runId"]!;
    }

    /// <summary>Carries a run out and returns it as it ended.</summary>
    public async Task<JsonObject> ResultAsync(object body, string? threadId = null) => await EndAsync(await RunAsync(body, threadId));

    public async Task<JsonObject> GetAsync(string path)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path, null);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {body.ToJsonString()}");
        return body;
    }

    public Task<(HttpStatusCode Status, JsonObject Body)> PostAsync(string path, object? body = null, string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body, options: AgentJson.Options), idempotencyKey);

    /// <summary>The run once it has ended.</summary>
    public Task<JsonObject> EndAsync(string runId) =>
        RunWhenAsync(runId, run => (string?)run["status"] is "completed" or "failed" or "canceled" or "expired");

    /// <summary>The run once it is in a status.</summary>
    public Task<JsonObject> InAsync(string runId, string status) => RunWhenAsync(runId, run => (string?)run["status"] == status);

    public Task<JsonObject> RunWhenAsync(string runId, Func<JsonObject, bool> isDone) => WhenAsync($"runs/{runId}", isDone);

    /// <summary>What a path shows once a condition holds of it.</summary>
    public async Task<JsonObject> WhenAsync(string path, Func<JsonObject, bool> isDone)
    {
        JsonObject? last = null;
        await UntilAsync(async () => isDone(last = await GetAsync(path)), () => $"{path} shows {last?.ToJsonString()}");
        return last!;
    }

    /// <summary>Returns when a condition holds; fails the test where it does not in a long time.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, Func<string>? otherwise = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            Assert.False(limit.IsCancellationRequested, $"It did not happen in time. {otherwise?.Invoke()}");
            await Task.Delay(20, Ended);
        }
    }

    public static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    /// <summary>The events of a run, in order.</summary>
    public Task<IReadOnlyList<JsonObject>> EventsAsync(string runId, string? type = null) =>
        AllAsync($"runs/{runId}/audit?limit=1000{(type is null ? "" : $"&type={type}")}", "events");

    /// <summary>All entries of a list, page by page.</summary>
    public async Task<IReadOnlyList<JsonObject>> AllAsync(string path, string list)
    {
        var all = new List<JsonObject>();
        var page = await GetAsync(path);
        for (; page["cursor"] is { } cursor; page = await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={Uri.EscapeDataString((string)cursor!)}"))
        {
            all.AddRange(page[list]!.AsArray().Select(entry => entry!.AsObject()));
        }

        return [.. all, .. page[list]!.AsArray().Select(entry => entry!.AsObject())];
    }

    /// <summary>What a path answers, as it comes.</summary>
    public async Task<string> TextAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        using var response = await http.SendAsync(request, Ended);
        var text = await response.Content.ReadAsStringAsync(Ended);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return text;
    }

    /// <summary>The types of a run's events, in order.</summary>
    public async Task<IReadOnlyList<string>> TypesAsync(string runId) => [.. (await EventsAsync(runId)).Select(entry => (string)entry["type"]!)];

    /// <summary>The thread's budget.</summary>
    public async Task<JsonObject> BudgetAsync(string threadId) => (await GetAsync($"threads/{threadId}"))["budget"]!.AsObject();

    /// <summary>The durable client, for what HTTP does not show.</summary>
    public DurableTaskClient Client => Service<ClientBox>().Client!;

    /// <summary>A service of the app, for what HTTP does not show.</summary>
    public T Service<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? idempotencyKey = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, Ended);
        var text = await response.Content.ReadAsStringAsync(Ended);
        return (response.StatusCode, text.Length == 0 ? [] : JsonSerializer.Deserialize<JsonObject>(text)!);
    }
}
