using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace LogisticsStorm.Tests.EndToEnd;

/// <summary>The sample's command in a process of its own.</summary>
internal static class StormProcess
{
    /// <summary>Runs the command to its end.</summary>
    public static async Task<StormEnd> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "LogisticsStorm.dll"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        return new StormEnd(process.ExitCode, await output, await errors);
    }
}

/// <summary>How the command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">All of stdout.</param>
/// <param name="Errors">All of stderr.</param>
internal sealed record StormEnd(int ExitCode, string Output, string Errors)
{
    /// <summary>The last line of stdout: one JSON object.</summary>
    public JsonElement Json => JsonElement.Parse(Output.TrimEnd().Split('\n')[^1]);

    public int Number(string name) => Json.GetProperty(name).GetInt32();

    /// <summary>Fails with everything that the process has said.</summary>
    public StormEnd Expect(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"exit code {ExitCode} instead of {exitCode}{Environment.NewLine}{Output}{Environment.NewLine}{Errors}");
        return this;
    }
}
