using System.Collections.Concurrent;
using System.Diagnostics;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>A process that talks over its standard streams and can be killed; by default this program again.</summary>
internal sealed class ChildHost : IDisposable
{
    private const int KeptErrors = 20;
    private readonly Process process;
    private readonly ConcurrentQueue<string> errors = new();

    private ChildHost(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>This program with other arguments.</summary>
    public static ChildHost Start(params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? Start(new ProcessStartInfo(program, [typeof(ChildHost).Assembly.Location, .. arguments]))
            : Start(new ProcessStartInfo(program, arguments));
    }

    public static ChildHost Start(ProcessStartInfo info)
    {
        info.UseShellExecute = false;
        info.RedirectStandardInput = true;
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        return new ChildHost(Process.Start(info)!);
    }

    public bool HasExited => process.HasExited;

    /// <summary>The last lines that it wrote to its standard error.</summary>
    public string Errors => string.Join(Environment.NewLine, errors);

    /// <summary>The next line that it prints; null when it has ended.</summary>
    public ValueTask<string?> LineAsync(CancellationToken cancellation) => process.StandardOutput.ReadLineAsync(cancellation);

    public async Task WriteLineAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Ends it by SIGKILL: nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Closes its standard input and waits for its end.</summary>
    /// <exception cref="InvalidOperationException">It ended with an error.</exception>
    public async Task EndAsync(CancellationToken cancellation)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The child process ended with {process.ExitCode}. {Errors}");
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

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        errors.Enqueue(line);
        while (errors.Count > KeptErrors)
        {
            errors.TryDequeue(out _);
        }
    }
}
