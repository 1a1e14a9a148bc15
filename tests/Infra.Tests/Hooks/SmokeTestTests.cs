using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Infra.Tests.Hooks;

/// <summary>The smoke test, against the app on the local host in a process of its own, with a function key as in Azure.</summary>
public sealed class SmokeTestTests : IAsyncLifetime
{
    private const string Key = "a-key-of-the-smoke-test";

    private readonly TempFolder folder = new();
    private readonly string url = $"http://127.0.0.1:{FreePort()}";
    private Process app = null!;

    public ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, WorkingDirectory = folder.Path };
        foreach (var argument in (string[])
            [Path.Combine(AppContext.BaseDirectory, "AgentFunctions.dll"), $"--urls={url}", $"--DataDirectory={folder.Path}", $"--FunctionKeys:default={Key}", "--Logging:LogLevel:Default=Error"])
        {
            start.ArgumentList.Add(argument);
        }

        app = Process.Start(start)!;
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("sh")]
    [InlineData("pwsh")]
    public async Task It_waits_for_the_app_and_sees_a_simulated_run_through_and_says_what_is_wrong_where_the_key_is(string shell)
    {
        Assert.SkipUnless(shell != "sh" || Shell.IsThere("curl"), "There is no curl on this machine.");

        var result = await Shell.RunAsync(shell, "smoke-test", Environment(Key));

        Assert.True(result.ExitCode == 0, result.Text);
        Assert.Contains("/api/health is ready", result.Output, StringComparison.Ordinal);
        Assert.Matches("the simulated run run-[0-9a-f]+ has completed", result.Output);

        var wrong = await Shell.RunAsync(shell, "smoke-test", Environment("another"));

        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("a thread was not made: 401", wrong.Error, StringComparison.Ordinal);

        var signedOut = await Shell.RunAsync(shell, "smoke-test", new Dictionary<string, string?>(Environment("another")) { ["AUTH_CLIENT_ID"] = "client", ["PATH"] = WithoutAz() });

        Assert.Equal(0, signedOut.ExitCode);
        Assert.Contains("the simulated run is left out", signedOut.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("has completed", signedOut.Text, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        app.Kill();
        app.WaitForExit();
        app.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private Dictionary<string, string?> Environment(string key) => new()
    {
        ["SERVICE_API_URI"] = $"{url}/api",
        ["AGENTFUNCTIONS_KEY"] = key,
        ["AZURE_RESOURCE_GROUP"] = null,
        ["NO_PROXY"] = "127.0.0.1",
        ["no_proxy"] = "127.0.0.1",
    };

    private static string WithoutAz() => string.Join(Path.PathSeparator, System.Environment.GetEnvironmentVariable("PATH")!
        .Split(Path.PathSeparator).Where(folder => !File.Exists(Path.Combine(folder, "az"))));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
