using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace EndToEnd.Tests;

/// <summary>The sample's command in a process of its own.</summary>
internal sealed class AuditProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> errors;

    private AuditProcess(Process process)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
    }

    public bool HasExited => process.HasExited;

    public static AuditProcess Start(params string[] arguments) => Start([], arguments);

    /// <summary>Starts the command with settings by environment variables.</summary>
    public static AuditProcess Start(IReadOnlyList<(string Name, string Value)> settings, string[] arguments) =>
        StartCommand(settings, ["LegalAudit.dll", .. arguments]);

    private static AuditProcess StartCommand(IReadOnlyList<(string Name, string Value)> settings, string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, arguments[0]), .. arguments[1..]])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new AuditProcess(Process.Start(start)!);
    }

    /// <summary>Runs the command to its end.</summary>
    public static async Task<AuditEnd> RunAsync(params string[] arguments)
    {
        using var audit = Start(arguments);
        return await audit.EndAsync();
    }

    /// <summary>Runs another command of the repository to its end.</summary>
    public static async Task<AuditEnd> CommandAsync(params string[] arguments)
    {
        using var command = StartCommand([], arguments);
        return await command.EndAsync();
    }

    public void Kill() => process.Kill();

    public async Task<AuditEnd> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new AuditEnd(process.ExitCode, await output, await errors);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }
}

/// <summary>How the command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">All of stdout.</param>
/// <param name="Errors">All of stderr.</param>
internal sealed record AuditEnd(int ExitCode, string Output, string Errors)
{
    /// <summary>The last line of stdout: one JSON object.</summary>
    public JsonElement Json =>
        JsonElement.Parse(Output.TrimEnd().Split('\n')[^1]);

    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public int Number(string name) => Json.GetProperty(name).GetInt32();

    /// <summary>Fails with everything that the process has said.</summary>
    public AuditEnd Expect(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"exit code {ExitCode} instead of {exitCode}{Environment.NewLine}{Output}{Environment.NewLine}{Errors}");
        return this;
    }
}
