using System.ComponentModel;
using System.Diagnostics;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>A program of the machine that is run to its end.</summary>
internal static class Tool
{
    /// <summary>What it prints.</summary>
    /// <exception cref="PeerException">It is not there, or it failed; the message has the end of what it said.</exception>
    public static async Task<string> RunAsync(ProcessStartInfo info, CancellationToken cancellation)
    {
        info.UseShellExecute = false;
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        using var process = Start(info);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0
                ? await output
                : throw new PeerException($"{NameOf(info)} failed with {process.ExitCode}: {Tail(await errors + await output)}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception error)
        {
            const int NoSuchFile = 2;
            throw new PeerException(error.NativeErrorCode == NoSuchFile
                ? $"there is no {NameOf(info)} on this machine's PATH"
                : $"{NameOf(info)} cannot be started: {error.Message}");
        }
    }

    private static string NameOf(ProcessStartInfo info) => Path.GetFileName(info.FileName);

    private static string Tail(string text)
    {
        const int Kept = 600;
        var trimmed = text.Trim();
        return trimmed.Length <= Kept ? trimmed : $"…{trimmed[^Kept..]}";
    }
}
