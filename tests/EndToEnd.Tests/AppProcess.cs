using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>The function app on the local host, in a process of its own.</summary>
internal sealed class AppProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly HttpClient http;

    private AppProcess(Process process, HttpClient http) => (this.process, this.http) = (process, http);

    /// <summary>Threads of the process, as the operating system counts them.</summary>
    public int Threads
    {
        get
        {
            process.Refresh();
            return process.Threads.Count;
        }
    }

    /// <summary>Starts the app and waits until it is ready.</summary>
    /// <param name="data">Its folder.</param>
    /// <param name="settings">Further settings.</param>
    public static async Task<AppProcess> StartAsync(string data, params string[] settings)
    {
        var app = Start(data, "AgentFunctions.dll", settings);
        await app.UntilAsync(app.IsReadyAsync);
        return app;
    }

    /// <summary>Starts an app of a test.</summary>
    /// <param name="data">Its folder.</param>
    /// <param name="program">The assembly.</param>
    /// <param name="settings">Further settings.</param>
    public static AppProcess Start(string data, string program, params string[] settings)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            UseShellExecute = false,
            WorkingDirectory = data,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var argument in (string[])
            [Path.Combine(AppContext.BaseDirectory, program), $"--urls={url}", $"--DataDirectory={data}", "--Logging:LogLevel:Default=Error", .. settings])
        {
            start.ArgumentList.Add(argument);
        }

        return new AppProcess(
            Process.Start(start)!, new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"{url}/api/") });
    }

    public bool HasExited => process.HasExited;

    public Task<byte[]> BytesAsync(string path) => http.GetByteArrayAsync(path, TestContext.Current.CancellationToken);

    public async Task UploadAsync(string path, byte[] content)
    {
        using var body = new ByteArrayContent(content) { Headers = { ContentType = new("application/octet-stream") } };
        (await http.PostAsync(path, body, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }

    /// <summary>Waits until the process has ended by itself.</summary>
    public Task ExitAsync() => process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public async Task<JsonObject> GetAsync(string path) => (await http.GetFromJsonAsync<JsonObject>(path, TestContext.Current.CancellationToken))!;

    public async Task<(HttpStatusCode Status, JsonObject Body)> PutAsync(string path, object body)
    {
        using var response = await http.PutAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!);
    }

    public async Task<(HttpStatusCode Status, JsonObject Body)> PostAsync(string path, object body)
    {
        using var response = await http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!);
    }

    /// <summary>Posts a text and returns the answer as it comes.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="body">The text.</param>
    /// <param name="header"><c>Content-Type: …</c>.</param>
    public async Task<string> SendTextAsync(string path, string body, string header)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = new(header.Split(": ")[1]);
        using var response = await http.PostAsync(path, content, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Returns when a condition holds; fails the test where it does not in a long time.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds, Func<string>? otherwise = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            Assert.False(process.HasExited, "The app has ended.");
            Assert.False(limit.IsCancellationRequested, $"It did not happen in time. {otherwise?.Invoke()}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Returns when the app is ready, or has ended before.</summary>
    public async Task UntilReadyOrExitAsync()
    {
        while (!HasExited && !await IsReadyAsync())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
        http.Dispose();
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            return (await http.GetAsync("health", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
