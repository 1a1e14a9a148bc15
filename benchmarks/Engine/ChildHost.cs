using System.Diagnostics;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>This program again, in a process of its own that can be killed.</summary>
internal sealed class ChildHost : IDisposable
{
    private readonly Process process;

    private ChildHost(Process process) => this.process = process;

    public static ChildHost Start(params string[] arguments)
    {
        var program = Environment.ProcessPath!;
        var info = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            info.ArgumentList.Add(typeof(ChildHost).Assembly.Location);
        }

        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        return new ChildHost(Process.Start(info)!);
    }

    public bool HasExited => process.HasExited;

    /// <summary>The next line that it prints; null when it has ended.</summary>
    public ValueTask<string?> LineAsync(CancellationToken cancellation) => process.StandardOutput.ReadLineAsync(cancellation);

    /// <summary>Ends it by SIGKILL: nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <exception cref="InvalidOperationException">It ended with an error.</exception>
    public async Task EndAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The child process ended with {process.ExitCode}.");
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }
}
